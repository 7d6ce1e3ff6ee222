using System.ComponentModel.DataAnnotations;
using StockPipeline.Contracts.Time;

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

/// <summary>What one ingester is for.</summary>
internal sealed class CandlesOptions
{
    [ConfigurationKeyName("INTERVAL"), Required]
    public Interval? Interval { get; set; }

    [ConfigurationKeyName("CANDLES_SOURCE")]
    public CandlesMode Source { get; set; } = CandlesMode.Auto;

    public Interval OwnInterval => Interval!;

    /// <summary>The minute has nothing it could be rolled up from: whatever is set for all intervals, it is streamed.</summary>
    public CandlesMode OwnMode => OwnInterval == Interval.OneMinute ? CandlesMode.Stream : Source;
}
