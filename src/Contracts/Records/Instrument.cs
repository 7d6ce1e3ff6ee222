using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Records;

/// <summary>One instrument the pipeline works on; topic <c>th-config</c>, key FIGI. A tombstone ends the work on it.</summary>
public sealed record Instrument
{
    /// <summary>How long after midnight in UTC a day is told at the latest: New York's is, with all corrections, at 20:15 of its own time.</summary>
    private static readonly TimeSpan ToldAfter = TimeSpan.FromHours(2);

    public required Figi Figi { get; init; }

    public required string Ticker { get; init; }

    /// <summary>The board, TQBR for shares of the Moscow Exchange.</summary>
    public required string ClassCode { get; init; }

    /// <summary>The primary key of the T-Invest API.</summary>
    public required string Uid { get; init; }

    public required string Name { get; init; }

    public required string Currency { get; init; }

    public required int Lot { get; init; }

    public required Price MinPriceIncrement { get; init; }

    /// <summary>Names the trading schedule the instrument follows.</summary>
    public required string Exchange { get; init; }

    /// <summary>Trades at weekends too.</summary>
    public required bool Weekend { get; init; }

    /// <summary>Where its minute history begins; unset when the source does not say.</summary>
    public DateTimeOffset? FirstMinuteCandle { get; init; }

    /// <summary>Where its daily history begins; unset when the source does not say.</summary>
    public DateTimeOffset? FirstDayCandle { get; init; }

    /// <summary>Its source tells of a day when it is over and nothing before: the plan it is asked under has no more.</summary>
    public bool EndOfDay { get; init; }

    /// <summary>Says up to when its source can have told everything: now, or the beginning of the day that is not told yet.</summary>
    public DateTimeOffset ToldUntil(DateTimeOffset now) => EndOfDay ? new DateTimeOffset((now - ToldAfter).UtcDateTime.Date, TimeSpan.Zero) : now;

    /// <summary>Where its history of the interval begins; null when the source does not say.</summary>
    public DateTimeOffset? FirstCandle(Interval interval) => interval == Interval.OneDay ? FirstDayCandle : FirstMinuteCandle;
}
