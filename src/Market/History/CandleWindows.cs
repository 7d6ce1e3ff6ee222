using System.Collections.Frozen;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;

namespace StockPipeline.Market.History;

/// <summary>The one table of what the API allows per interval; the periods are those since November 2024.</summary>
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

    private static readonly FrozenDictionary<SubscriptionInterval, Interval> BySubscription =
        All.ToFrozenDictionary(window => window.Subscription, window => window.Interval);

    public static CandleWindow Of(Interval interval) => ByInterval[interval];

    /// <summary>Null for an interval the pipeline does not work with.</summary>
    public static Interval? IntervalOf(SubscriptionInterval subscription) => BySubscription.GetValueOrDefault(subscription);
}
