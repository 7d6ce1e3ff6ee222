using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Records;

/// <summary>One date of one exchange's schedule; topic <c>th-config</c>, key <c>calendar/&lt;date&gt;/&lt;exchange&gt;</c>.</summary>
public sealed record TradingDay
{
    /// <summary>The exchange date. All sessions of it lie within the same UTC date.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>The schedule's name, as <see cref="Instrument.Exchange"/> gives it.</summary>
    public required string Exchange { get; init; }

    /// <summary>Sessions in order of time, not overlapping; none on a holiday.</summary>
    public required IReadOnlyList<TradingSession> Sessions { get; init; }

    /// <summary>Guessed from the candles of liquid instruments, because no schedule of that day was to be had.</summary>
    public bool Inferred { get; init; }

    public bool IsTradingDay => Sessions.Count > 0;

    public bool Equals(TradingDay? other) =>
        other is not null && Date == other.Date && Exchange == other.Exchange && Inferred == other.Inferred && Sessions.SequenceEqual(other.Sessions);

    public override int GetHashCode() => HashCode.Combine(Date, Exchange, Sessions.Count, Inferred);
}

/// <summary>One stretch of a trading day during which trades can happen.</summary>
public readonly record struct TradingSession(SessionKind Kind, DateTimeOffset Start, DateTimeOffset End)
{
    public TimeRange Range => new(Start, End);
}

/// <summary>What kind of trading a stretch of a day is. The numbers are the positions of the symbols in the Avro enum.</summary>
public enum SessionKind
{
    OpeningAuction = 0,
    Premarket = 1,
    Main = 2,
    ClosingAuction = 3,
    EveningAuction = 4,
    Evening = 5,
    Weekend = 6,
}
