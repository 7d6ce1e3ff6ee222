using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;

namespace StockPipeline.Market.History;

/// <summary>How candles of one interval may be asked for.</summary>
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
