using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Contracts.Records;

/// <summary>One candle of one instrument; topic <c>candles-&lt;interval&gt;</c>, key <c>FIGI/openTime</c>. The last record of a key is the
/// truth.</summary>
public sealed record Candle
{
    public required Figi Figi { get; init; }

    /// <summary>Start of the interval, UTC, aligned.</summary>
    public required DateTimeOffset OpenTime { get; init; }

    public required Price Open { get; init; }

    public required Price High { get; init; }

    public required Price Low { get; init; }

    public required Price Close { get; init; }

    /// <summary>In lots.</summary>
    public required long Volume { get; init; }

    /// <summary>Exchange time of the newest trade inside; unknown for history.</summary>
    public DateTimeOffset? LastTradeTime { get; init; }

    /// <summary>The interval is proven over. A later correction is possible and raises <see cref="Revision"/>.</summary>
    public required bool Final { get; init; }

    public required CandleSource Source { get; init; }

    /// <summary>
    /// 0 at first; one more for each change of an already final candle that its source knows of. Says how often, never which candle is newer:
    /// sources count apart, and the order of the log alone decides.
    /// </summary>
    public int Revision { get; init; }

    /// <summary>Whether the market data agree; source, revision and finality may differ.</summary>
    public bool SameMarketData(Candle other) =>
        Figi == other.Figi && OpenTime == other.OpenTime && Open == other.Open && High == other.High && Low == other.Low
        && Close == other.Close && Volume == other.Volume;
}

/// <summary>Where a candle came from. The numbers are the positions of the symbols in the Avro enum.</summary>
public enum CandleSource
{
    Stream = 0,
    History = 1,
    Rollup = 2,
    Replay = 3,
}
