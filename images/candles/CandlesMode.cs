namespace StockPipeline.Candles;

/// <summary>Where the candles of an interval come from.</summary>
internal enum CandlesMode
{
    /// <summary>A stream of their own.</summary>
    Stream,

    /// <summary>The minutes of <c>candles-1-min</c>.</summary>
    Rollup,

    /// <summary>A stream where the account has one left, else the minutes.</summary>
    Auto,
}
