using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using Candle = StockPipeline.Contracts.Records.Candle;
using Instrument = StockPipeline.Contracts.Records.Instrument;

namespace StockPipeline.Market.Streams;

/// <summary>Names candles of one interval of one instrument.</summary>
/// <param name="Figi">What the pipeline knows the instrument by.</param>
/// <param name="InstrumentId">What the API is asked by: the uid, or the FIGI where no uid is known.</param>
/// <param name="Interval">The interval.</param>
public sealed record StreamSubscription(Figi Figi, string InstrumentId, Interval Interval)
{
    public static StreamSubscription Of(Instrument instrument, Interval interval) =>
        new(instrument.Figi, instrument.Uid.Length > 0 ? instrument.Uid : instrument.Figi.Value, interval);

    public override string ToString() => $"{Figi} {Interval}";
}

/// <summary>Tells the owner of a <see cref="MarketStream"/> what happens.</summary>
public abstract record MarketEvent
{
    private protected MarketEvent()
    {
    }
}

/// <summary>Brings a candle as it is now; the same one comes again as long as it grows, and even after its end when trades arrive late.</summary>
public sealed record CandleReceived(Candle Candle, Interval Interval) : MarketEvent;

/// <summary>Tells of a message that makes no candle. Its slot will have to come from history.</summary>
public sealed record CandleRejected(StreamSubscription Subscription, string Reason) : MarketEvent;

/// <summary>Tells that the API has confirmed a subscription: what trades after this instant arrives, as long as nothing else is said.</summary>
public sealed record Subscribed(StreamSubscription Subscription, DateTimeOffset At) : MarketEvent;

/// <summary>Tells that the API has refused one subscription. It is asked again after the pause, for as long as it is wanted.</summary>
public sealed record SubscriptionRefused(StreamSubscription Subscription, SubscriptionStatus Status, TimeSpan AskedAgainIn) : MarketEvent
{
    /// <summary>The refusal is about the instrument or the interval itself and not about limits or passing trouble.</summary>
    public bool IsLasting => Status is SubscriptionStatus.InstrumentNotFound or SubscriptionStatus.IntervalIsInvalid
        or SubscriptionStatus.SourceIsInvalid or SubscriptionStatus.SubscriptionActionIsInvalid or SubscriptionStatus.DepthIsInvalid;
}

/// <summary>
/// Tells that trades of this span may not have arrived: from the last moment at which the subscription is proven to have worked, to the moment
/// it was confirmed again. The spans of a subscription never overlap, and together with what arrived they leave nothing out.
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

/// <summary>Tells that the server has answered on a new stream; subscriptions are confirmed one by one after this.</summary>
/// <param name="Stream">Which of the account's streams, counted from 0.</param>
/// <param name="At">Market time.</param>
public sealed record Connected(int Stream, DateTimeOffset At) : MarketEvent;

/// <summary>Brings the server's regular sign of life, with its own time: what the exchange did before it has been sent.</summary>
public sealed record Heartbeat(DateTimeOffset ServerTime) : MarketEvent;

/// <summary>Tells that a stream has ended, for the reason in the status, and is opened again after the pause.</summary>
/// <param name="Stream">Which of the account's streams, counted from 0.</param>
/// <param name="Status">How it ended.</param>
/// <param name="NextTryIn">The pause.</param>
/// <param name="At">Market time.</param>
public sealed record ConnectionLost(int Stream, CallStatus Status, TimeSpan NextTryIn, DateTimeOffset At) : MarketEvent;
