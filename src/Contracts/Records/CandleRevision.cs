using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Records;

/// <summary>
/// A closed candle as it stood until it was corrected or taken back; topic <c>candle-revisions</c>, key <c>FIGI/interval/openTime/until</c>. Whoever
/// sees a correction says the same of it, so that said twice it is one record.
/// </summary>
public sealed record CandleRevision
{
    public required Figi Figi { get; init; }

    public required Interval Interval { get; init; }

    public required DateTimeOffset OpenTime { get; init; }

    public required Price Open { get; init; }

    public required Price High { get; init; }

    public required Price Low { get; init; }

    public required Price Close { get; init; }

    public required long Volume { get; init; }

    /// <summary>Of the candle that was replaced.</summary>
    public required int Revision { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset KnownFrom { get; init; }

    /// <summary>When what replaces it was written.</summary>
    public required DateTimeOffset KnownUntil { get; init; }
}
