using StockPipeline.Contracts.Time;

namespace StockPipeline.Market.Streams;

/// <summary>
/// Trades of this span may not have arrived: from the last moment at which the subscription is proven to have worked, to the moment it was
/// confirmed again. The spans of a subscription never overlap, and together with what arrived they leave nothing out.
/// </summary>
public sealed record SpanMissed(StreamSubscription Subscription, TimeRange Missed) : MarketEvent
{
    /// <summary>
    /// How long after a boundary the last word on the candle before it may come: trades are reported seconds late. Generous, for one candle more
    /// costs no further request.
    /// </summary>
    public static readonly TimeSpan LastWord = TimeSpan.FromSeconds(30);

    /// <summary>The candles that are to be read from history: all whose last word may be among what was missed.</summary>
    public TimeRange Candles => new(Subscription.Interval.Align(Missed.From - LastWord), Subscription.Interval.NextOpen(Missed.To));
}
