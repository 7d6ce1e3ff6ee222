using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Records;

/// <summary>One entry of the gap ledger; topic <c>gaps</c>, key <c>FIGI/interval/from</c>.</summary>
public sealed record Gap
{
    public required Figi Figi { get; init; }

    public required Interval Interval { get; init; }

    /// <summary>Open of the first missing slot.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>End of the last missing slot, exclusive.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Slots of the calendar within that have no candle.</summary>
    public required int Missing { get; init; }

    public required GapState State { get; init; }

    public required int Attempts { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What is known of a hole in the candles. The numbers are the positions of the symbols in the Avro enum.</summary>
public enum GapState
{
    /// <summary>Slots of the trading calendar without a candle; still within the grace period.</summary>
    Suspected = 0,

    /// <summary>History was asked.</summary>
    Requested = 1,

    /// <summary>Candles came.</summary>
    Filled = 2,

    /// <summary>Proven: nobody traded. Never asked again.</summary>
    Empty = 3,

    /// <summary>The source has said for good that it cannot answer.</summary>
    Lost = 4,
}
