namespace StockPipeline.Contracts.Records;

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
