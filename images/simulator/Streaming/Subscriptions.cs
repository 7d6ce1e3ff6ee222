using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Market;
using Source = StockPipeline.Market.Contract.GetCandlesRequest.Types.CandleSource;

namespace StockPipeline.Simulator.Streaming;

/// <summary>
/// The subscriptions of one stream: checks each wish one by one, answers with a status for each, and tells the live market. Used only between
/// two turns of the market.
/// </summary>
internal sealed class Subscriptions(MarketStream stream, StreamSettings settings)
{
    private readonly Dictionary<(string Uid, int Period, bool WaitingClose), CandleSubscription> candles = [];
    private readonly Dictionary<string, InfoSubscription> infos = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LastPriceSubscription> prices = new(StringComparer.Ordinal);
    private long minute;
    private int requestsInMinute;

    public int Count => candles.Count + infos.Count + prices.Count;

    public void Change(SubscribeCandlesRequest request)
    {
        var tooMany = IsOneTooMany();
        var reply = new SubscribeCandlesResponse { TrackingId = Guid.NewGuid().ToString("N") };
        var begun = new List<(Listing Listing, CandlePeriod Period)>();
        foreach (var wish in request.Instruments)
        {
            reply.CandlesSubscriptions.Add(tooMany
                ? Describe(request, wish, null, SubscriptionStatus.TooManyRequests)
                : Change(request, wish, begun));
        }
        stream.Send(new MarketDataResponse { SubscribeCandlesResponse = reply });
        foreach (var (listing, period) in begun)
            settings.Live.Listen(stream, listing, period, request.WaitingClose, settings.Options.SnapshotOnSubscribe);
    }

    public void Change(SubscribeInfoRequest request)
    {
        var tooMany = IsOneTooMany();
        var reply = new SubscribeInfoResponse { TrackingId = Guid.NewGuid().ToString("N") };
        foreach (var wish in request.Instruments)
        {
            var listing = Find(wish.InstrumentId, wish.Figi);
            var status = tooMany ? SubscriptionStatus.TooManyRequests : Check(listing, request.SubscriptionAction, infos.ContainsKey);
            reply.InfoSubscriptions.Add(new InfoSubscription
            {
                Figi = listing?.Figi.Value ?? wish.Figi, InstrumentUid = listing?.Uid ?? wish.InstrumentId, Ticker = listing?.Ticker ?? "",
                ClassCode = listing?.ClassCode ?? "", SubscriptionStatus = status, SubscriptionAction = request.SubscriptionAction,
                StreamId = stream.Id, SubscriptionId = Guid.NewGuid().ToString(),
            });
            if (status == SubscriptionStatus.Success)
                Keep(listing!, request.SubscriptionAction, infos, reply.InfoSubscriptions[^1], settings.Live.Live(listing!).InfoListeners);
        }
        stream.Send(new MarketDataResponse { SubscribeInfoResponse = reply });
    }

    public void Change(SubscribeLastPriceRequest request)
    {
        var tooMany = IsOneTooMany();
        var reply = new SubscribeLastPriceResponse { TrackingId = Guid.NewGuid().ToString("N") };
        foreach (var wish in request.Instruments)
        {
            var listing = Find(wish.InstrumentId, wish.Figi);
            var status = tooMany ? SubscriptionStatus.TooManyRequests : Check(listing, request.SubscriptionAction, prices.ContainsKey);
            reply.LastPriceSubscriptions.Add(new LastPriceSubscription
            {
                Figi = listing?.Figi.Value ?? wish.Figi, InstrumentUid = listing?.Uid ?? wish.InstrumentId, Ticker = listing?.Ticker ?? "",
                ClassCode = listing?.ClassCode ?? "", SubscriptionStatus = status, SubscriptionAction = request.SubscriptionAction,
                StreamId = stream.Id, SubscriptionId = Guid.NewGuid().ToString(),
            });
            if (status == SubscriptionStatus.Success)
                Keep(listing!, request.SubscriptionAction, prices, reply.LastPriceSubscriptions[^1], settings.Live.Live(listing!).LastPriceListeners);
        }
        stream.Send(new MarketDataResponse { SubscribeLastPriceResponse = reply });
    }

    /// <summary>One message for each kind of subscription that there is.</summary>
    public void List()
    {
        if (candles.Count > 0)
        {
            var reply = new SubscribeCandlesResponse { TrackingId = Guid.NewGuid().ToString("N") };
            reply.CandlesSubscriptions.AddRange(candles.Values);
            stream.Send(new MarketDataResponse { SubscribeCandlesResponse = reply });
        }
        if (infos.Count > 0)
        {
            var reply = new SubscribeInfoResponse { TrackingId = Guid.NewGuid().ToString("N") };
            reply.InfoSubscriptions.AddRange(infos.Values);
            stream.Send(new MarketDataResponse { SubscribeInfoResponse = reply });
        }
        if (prices.Count > 0)
        {
            var reply = new SubscribeLastPriceResponse { TrackingId = Guid.NewGuid().ToString("N") };
            reply.LastPriceSubscriptions.AddRange(prices.Values);
            stream.Send(new MarketDataResponse { SubscribeLastPriceResponse = reply });
        }
    }

    private CandleSubscription Change(SubscribeCandlesRequest request, CandleInstrument wish, List<(Listing, CandlePeriod)> begun)
    {
        var listing = Find(wish.InstrumentId, wish.Figi);
        var period = CandlePeriod.Of((int)wish.Interval);
        if (request.SubscriptionAction is not (SubscriptionAction.Subscribe or SubscriptionAction.Unsubscribe))
            return Describe(request, wish, listing, SubscriptionStatus.SubscriptionActionIsInvalid);
        if (listing is null)
            return Describe(request, wish, null, SubscriptionStatus.InstrumentNotFound);
        if (period is null)
            return Describe(request, wish, listing, SubscriptionStatus.IntervalIsInvalid);
        if (request.HasCandleSourceType && !Enum.IsDefined(request.CandleSourceType))
            return Describe(request, wish, listing, SubscriptionStatus.SourceIsInvalid);
        var key = (listing.Uid, period.Number, request.WaitingClose);
        if (request.SubscriptionAction == SubscriptionAction.Unsubscribe)
        {
            if (!candles.Remove(key))
                return Describe(request, wish, listing, SubscriptionStatus.SubscriptionNotFound);
            settings.Live.Leave(stream, listing, period, request.WaitingClose);
            return Describe(request, wish, listing, SubscriptionStatus.Success);
        }
        if (candles.TryGetValue(key, out var known))
            return known;
        if (candles.Count >= settings.Quotas.SubscriptionsPerStream)
            return Describe(request, wish, listing, SubscriptionStatus.LimitIsExceeded);
        begun.Add((listing, period));
        return candles[key] = Describe(request, wish, listing, SubscriptionStatus.Success);
    }

    private CandleSubscription Describe(SubscribeCandlesRequest request, CandleInstrument wish, Listing? listing, SubscriptionStatus status)
    {
        var subscription = new CandleSubscription
        {
            Figi = listing?.Figi.Value ?? wish.Figi, InstrumentUid = listing?.Uid ?? wish.InstrumentId, Ticker = listing?.Ticker ?? "",
            ClassCode = listing?.ClassCode ?? "", Interval = wish.Interval, SubscriptionStatus = status, WaitingClose = request.WaitingClose,
            StreamId = stream.Id, SubscriptionId = Guid.NewGuid().ToString(), SubscriptionAction = request.SubscriptionAction,
        };
        subscription.CandleSourceType = request.HasCandleSourceType ? request.CandleSourceType : Source.Unspecified;
        return subscription;
    }

    private static SubscriptionStatus Check(Listing? listing, SubscriptionAction action, Func<string, bool> isKnown) => action switch
    {
        not (SubscriptionAction.Subscribe or SubscriptionAction.Unsubscribe) => SubscriptionStatus.SubscriptionActionIsInvalid,
        _ when listing is null => SubscriptionStatus.InstrumentNotFound,
        SubscriptionAction.Unsubscribe when !isKnown(listing.Uid) => SubscriptionStatus.SubscriptionNotFound,
        _ => SubscriptionStatus.Success,
    };

    private void Keep<T>(Listing listing, SubscriptionAction action, Dictionary<string, T> kept, T subscription, List<MarketStream> listeners)
    {
        listeners.Remove(stream);
        kept.Remove(listing.Uid);
        if (action != SubscriptionAction.Subscribe)
            return;
        listeners.Add(stream);
        kept.Add(listing.Uid, subscription);
    }

    private Listing? Find(string id, string figi) => settings.Market.Find(id.Length > 0 ? id : figi);

    private bool IsOneTooMany()
    {
        var now = settings.Clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute;
        requestsInMinute = now == minute ? requestsInMinute + 1 : 1;
        minute = now;
        return requestsInMinute > settings.Quotas.RequestsPerStreamMinute;
    }
}
