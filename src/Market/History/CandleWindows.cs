using System.Collections.Frozen;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;

namespace StockPipeline.Market.History;

/// <summary>Says how candles of one interval may be asked for.</summary>
/// <param name="Interval">The pipeline's interval.</param>
/// <param name="Api">The same as candle requests name it.</param>
/// <param name="Subscription">The same as subscriptions name it.</param>
/// <param name="MaxPeriod">The longest period of one request.</param>
public sealed record CandleWindow(Interval Interval, CandleInterval Api, SubscriptionInterval Subscription, TimeSpan MaxPeriod)
{
    /// <summary>
    /// Whether the bounds of a request belong to it differs between intervals. So each request asks for one candle more on both sides, and
    /// what is too much is left out here.
    /// </summary>
    public TimeSpan Margin => Interval.Length;

    /// <summary>The longest period that still fits a request with its margins.</summary>
    public TimeSpan Step => MaxPeriod - (2 * Margin);
}

/// <summary>Holds the one table of what the API allows per interval; the periods are those since November 2024.</summary>
public static class CandleWindows
{
    public static IReadOnlyList<CandleWindow> All { get; } =
    [
        new(Interval.OneMinute, CandleInterval._1Min, SubscriptionInterval.OneMinute, TimeSpan.FromDays(1)),
        new(Interval.FiveMinutes, CandleInterval._5Min, SubscriptionInterval.FiveMinutes, TimeSpan.FromDays(7)),
        new(Interval.FifteenMinutes, CandleInterval._15Min, SubscriptionInterval.FifteenMinutes, TimeSpan.FromDays(21)),
        new(Interval.ThirtyMinutes, CandleInterval._30Min, SubscriptionInterval._30Min, TimeSpan.FromDays(21)),
        new(Interval.OneHour, CandleInterval.Hour, SubscriptionInterval.OneHour, TimeSpan.FromDays(89)),
        new(Interval.FourHours, CandleInterval._4Hour, SubscriptionInterval._4Hour, TimeSpan.FromDays(89)),
        new(Interval.OneDay, CandleInterval.Day, SubscriptionInterval.OneDay, TimeSpan.FromDays(6 * 365)),
    ];

    private static readonly FrozenDictionary<Interval, CandleWindow> ByInterval = All.ToFrozenDictionary(window => window.Interval);

    public static CandleWindow Of(Interval interval) => ByInterval[interval];
}
