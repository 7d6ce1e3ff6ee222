namespace StockPipeline.Contracts.Alerts;

/// <summary>What somebody wants to hear of. The numbers are the positions of the symbols in the Avro enum.</summary>
public enum AlertKind
{
    /// <summary>A line stands above a level.</summary>
    Above = 0,

    /// <summary>A line stands below a level.</summary>
    Below = 1,

    /// <summary>A line goes from below to above a level or another line.</summary>
    CrossesAbove = 2,

    /// <summary>A line goes from above to below a level or another line.</summary>
    CrossesBelow = 3,

    /// <summary>The close is so much above the lowest of a window.</summary>
    Rises = 4,

    /// <summary>The close is so much below the highest of a window.</summary>
    Falls = 5,

    /// <summary>Either of the two.</summary>
    Moves = 6,

    /// <summary>A candle is final.</summary>
    Closed = 7,

    /// <summary>No candle has become final for a while of trading.</summary>
    Stale = 8,
}
