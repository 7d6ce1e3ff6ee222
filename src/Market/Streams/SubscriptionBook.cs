using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;
using StockPipeline.Market.History;

namespace StockPipeline.Market.Streams;

/// <summary>
/// What is wanted on a stream, what was asked for and what the API has confirmed; decides what to ask next and knows which span each
/// subscription has missed. No input or output, no clock of its own. Safe for the reader, the writer and the owner at once.
/// </summary>
internal sealed class SubscriptionBook(MarketStreamOptions options, GetCandlesRequest.Types.CandleSource source)
{
    private readonly Lock gate = new();
    private readonly Dictionary<StreamSubscription, SubscriptionEntry> entries = [];
    private readonly Dictionary<(string Id, SubscriptionInterval Interval), SubscriptionEntry> byWire = [];
    private readonly List<CandleInstrument> strays = [];
    private readonly List<StreamSubscription> vanished = [];
    private DateTimeOffset? auditSent;
    private TimeSpan auditAskedAt;
    private TimeSpan answered;

    public bool IsEmpty
    {
        get
        {
            lock (gate)
                return entries.Values.All(entry => !entry.Wanted);
        }
    }

    /// <summary>Replaces what is wanted.</summary>
    public void Want(IReadOnlyCollection<StreamSubscription> wanted)
    {
        var all = wanted.ToHashSet();
        if (all.Count > MarketStreamOptions.MaxSubscriptions)
            throw new ArgumentException($"{all.Count} subscriptions, and one stream carries {MarketStreamOptions.MaxSubscriptions}.", nameof(wanted));
        lock (gate)
        {
            foreach (var entry in entries.Values.Where(entry => !all.Contains(entry.Subscription)).ToList())
            {
                entry.Wanted = false;
                if (entry.State == SubscriptionState.Absent)
                    Remove(entry);
            }
            foreach (var subscription in all)
            {
                if (entries.TryGetValue(subscription, out var known))
                    known.Wanted = true;
                else
                    Add(new SubscriptionEntry(subscription));
            }
        }
    }

    /// <summary>The next request to send, or null when nothing is due. What it asks for counts as asked.</summary>
    public MarketDataRequest? NextRequest(TimeSpan now)
    {
        lock (gate)
        {
            // The answer to an audit looks like the answer to a subscription, so the two are never under way together.
            if (auditSent is not null)
                return null;
            if (strays.Count > 0)
            {
                var unwanted = Request(SubscriptionAction.Unsubscribe, strays);
                strays.Clear();
                return unwanted;
            }
            var leaving = entries.Values.Where(entry => !entry.Wanted && entry.State == SubscriptionState.Active).Take(options.Portion).ToList();
            if (leaving.Count > 0)
                return Ask(leaving, SubscriptionState.Leaving, SubscriptionAction.Unsubscribe, now);
            // Those on their way out still count with the API.
            var room = MarketStreamOptions.MaxSubscriptions - entries.Values.Count(entry => entry.State != SubscriptionState.Absent);
            var coming = entries.Values
                .Where(entry => entry.Wanted && entry.State == SubscriptionState.Absent && entry.NotBefore <= now)
                .Take(Math.Min(options.Portion, room)).ToList();
            return coming.Count > 0 ? Ask(coming, SubscriptionState.Asked, SubscriptionAction.Subscribe, now) : null;
        }
    }

    /// <summary>Begins an audit, unless requests are under way or nothing is subscribed.</summary>
    public MarketDataRequest? BeginAudit(TimeSpan now, DateTimeOffset market)
    {
        lock (gate)
        {
            if (auditSent is not null || strays.Count > 0 || !entries.Values.Any(entry => entry.State == SubscriptionState.Active)
                || entries.Values.Any(entry => entry.State is SubscriptionState.Asked or SubscriptionState.Leaving))
                return null;
            auditSent = market;
            auditAskedAt = now;
            return new MarketDataRequest { GetMySubscriptions = new GetMySubscriptions() };
        }
    }

    /// <summary>
    /// False when a request has had no answer at all for too long: then the stream does not work, whatever else it sends. Single elements that
    /// an answer left out count as refused.
    /// </summary>
    public bool CheckAnswers(TimeSpan now, out IReadOnlyList<SubscriptionRefused> leftOut)
    {
        var refused = new List<SubscriptionRefused>();
        leftOut = refused;
        lock (gate)
        {
            if (auditSent is not null && now - auditAskedAt > options.Answer)
                return false;
            var overdue = entries.Values
                .Where(entry => entry.State is SubscriptionState.Asked or SubscriptionState.Leaving && now - entry.AskedAt > options.Answer).ToList();
            if (overdue.Any(entry => answered < entry.AskedAt))
                return false;
            foreach (var entry in overdue)
            {
                if (entry.State == SubscriptionState.Leaving)
                    entry.State = SubscriptionState.Active;
                else
                    refused.Add(Refuse(entry, SubscriptionStatus.Unspecified, now));
            }
            return true;
        }
    }

    /// <summary>Takes in what the API says of subscriptions; gives what the owner is to be told.</summary>
    public IReadOnlyList<MarketEvent> Answered(SubscribeCandlesResponse response, TimeSpan now, DateTimeOffset market)
    {
        lock (gate)
        {
            var events = new List<MarketEvent>();
            answered = now;
            if (auditSent is { } sent && !response.CandlesSubscriptions.Any(element => element.SubscriptionAction == SubscriptionAction.Unsubscribe))
            {
                auditSent = null;
                Compare(response, sent);
                return events;
            }
            foreach (var element in response.CandlesSubscriptions)
            {
                if (Find(element.InstrumentUid, element.Figi, element.Interval) is not { } entry)
                    continue;
                switch (entry.State)
                {
                    case SubscriptionState.Asked when element.SubscriptionStatus == SubscriptionStatus.Success:
                        Confirm(entry, market, events);
                        break;
                    case SubscriptionState.Asked:
                        events.Add(Refuse(entry, element.SubscriptionStatus, now));
                        break;
                    case SubscriptionState.Leaving
                        when element.SubscriptionStatus is SubscriptionStatus.Success or SubscriptionStatus.SubscriptionNotFound:
                        entry.State = SubscriptionState.Absent;
                        break;
                    case SubscriptionState.Leaving:
                        entry.State = SubscriptionState.Active;
                        break;
                }
                if (!entry.Wanted && entry.State == SubscriptionState.Absent)
                    Remove(entry);
            }
            return events;
        }
    }

    /// <summary>The wanted subscription that a candle belongs to; the candle proves that it works.</summary>
    public StreamSubscription? Received(Candle candle, DateTimeOffset market)
    {
        lock (gate)
        {
            if (Find(candle.InstrumentUid, candle.Figi, candle.Interval) is not { Wanted: true } entry)
                return null;
            // The exchange's time of the newest trade, and not ours: the message may have waited for us.
            if (entry.State == SubscriptionState.Active && candle.LastTradeTs is { } traded)
                entry.Prove(traded.ToDateTimeOffset() is var at && at < market ? at : market);
            return entry.Subscription;
        }
    }

    /// <summary>The stream has ended: nothing is subscribed any more, and nothing under way will be answered.</summary>
    public void Lost()
    {
        lock (gate)
        {
            auditSent = null;
            answered = TimeSpan.Zero;
            strays.Clear();
            foreach (var entry in entries.Values.ToList())
            {
                entry.State = SubscriptionState.Absent;
                entry.NotBefore = TimeSpan.Zero;
                if (!entry.Wanted)
                    Remove(entry);
            }
        }
    }

    /// <summary>Those the last audit found gone; told once.</summary>
    public IReadOnlyList<StreamSubscription> TakeVanished()
    {
        lock (gate)
        {
            var taken = vanished.ToArray();
            vanished.Clear();
            return taken;
        }
    }

    private static void Confirm(SubscriptionEntry entry, DateTimeOffset market, List<MarketEvent> events)
    {
        entry.State = SubscriptionState.Active;
        events.Add(new Subscribed(entry.Subscription, market));
        if (entry.Proven is { } proven && proven < market)
            events.Add(new SpanMissed(entry.Subscription, new TimeRange(proven, market)));
        entry.Proven = entry.Proven > market ? entry.Proven : market;
    }

    private void Compare(SubscribeCandlesResponse response, DateTimeOffset sent)
    {
        var present = new HashSet<SubscriptionEntry>();
        foreach (var element in response.CandlesSubscriptions.Where(element => element.SubscriptionStatus == SubscriptionStatus.Success))
        {
            if (Find(element.InstrumentUid, element.Figi, element.Interval) is { } entry)
                present.Add(entry);
            else
                strays.Add(new CandleInstrument { InstrumentId = IdOf(element), Interval = element.Interval });
        }
        foreach (var entry in entries.Values.Where(entry => entry.State == SubscriptionState.Active))
        {
            if (present.Contains(entry))
            {
                entry.Prove(sent);
                continue;
            }
            entry.State = SubscriptionState.Absent;
            vanished.Add(entry.Subscription);
        }
    }

    private SubscriptionRefused Refuse(SubscriptionEntry entry, SubscriptionStatus status, TimeSpan now)
    {
        var pause = PauseAfter(status);
        entry.State = SubscriptionState.Absent;
        entry.NotBefore = now + pause;
        return new SubscriptionRefused(entry.Subscription, status, pause);
    }

    private TimeSpan PauseAfter(SubscriptionStatus status) => status switch
    {
        SubscriptionStatus.LimitIsExceeded or SubscriptionStatus.TooManyRequests => options.LimitRetry,
        SubscriptionStatus.InternalError or SubscriptionStatus.Unspecified => options.RefusedRetry,
        _ => options.LastingRetry,
    };

    private MarketDataRequest Ask(List<SubscriptionEntry> asked, SubscriptionState state, SubscriptionAction action, TimeSpan now)
    {
        foreach (var entry in asked)
        {
            entry.State = state;
            entry.AskedAt = now;
        }
        return Request(action, asked.Select(entry => new CandleInstrument
        {
            InstrumentId = entry.Subscription.InstrumentId,
            Interval = CandleWindows.Of(entry.Subscription.Interval).Subscription,
        }));
    }

    private MarketDataRequest Request(SubscriptionAction action, IEnumerable<CandleInstrument> instruments) => new()
    {
        SubscribeCandlesRequest = new SubscribeCandlesRequest
        {
            SubscriptionAction = action, CandleSourceType = source, Instruments = { instruments },
        },
    };

    private static string IdOf(CandleSubscription element) => element.InstrumentUid.Length > 0 ? element.InstrumentUid : element.Figi;

    private SubscriptionEntry? Find(string uid, string figi, SubscriptionInterval interval) =>
        byWire.GetValueOrDefault((uid, interval)) ?? byWire.GetValueOrDefault((figi, interval));

    private void Add(SubscriptionEntry entry)
    {
        entries.Add(entry.Subscription, entry);
        foreach (var key in KeysOf(entry.Subscription))
            byWire[key] = entry;
    }

    private void Remove(SubscriptionEntry entry)
    {
        entries.Remove(entry.Subscription);
        foreach (var key in KeysOf(entry.Subscription))
            byWire.Remove(key);
    }

    private static (string, SubscriptionInterval)[] KeysOf(StreamSubscription subscription)
    {
        var interval = CandleWindows.Of(subscription.Interval).Subscription;
        return [(subscription.InstrumentId, interval), (subscription.Figi.Value, interval)];
    }
}
