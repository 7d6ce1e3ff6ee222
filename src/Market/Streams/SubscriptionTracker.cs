using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;
using StockPipeline.Market.History;

namespace StockPipeline.Market.Streams;

/// <summary>
/// Tracks what is wanted on one stream, what was asked for and what the API has confirmed; decides what to ask next and knows which span each
/// subscription has missed. No input or output, no clock of its own. Safe for the reader, the writer and the owner at once.
/// </summary>
internal sealed class SubscriptionTracker(MarketStreamOptions options, GetCandlesRequest.Types.CandleSource source)
{
    private readonly Lock gate = new();
    private readonly Dictionary<StreamSubscription, SubscriptionEntry> entries = [];
    private readonly Dictionary<(string Id, SubscriptionInterval Interval), SubscriptionEntry> byWire = [];
    private readonly List<CandleInstrument> strays = [];
    private readonly List<StreamSubscription> vanished = [];
    private PendingRequest? pending;

    public bool IsEmpty
    {
        get
        {
            lock (gate)
                return entries.Values.All(entry => !entry.Wanted);
        }
    }

    /// <summary>Replaces what is wanted; not more than one stream carries.</summary>
    public void Want(IReadOnlyCollection<StreamSubscription> wanted)
    {
        var all = wanted.ToHashSet();
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
            if (pending is not null)
                return null;
            if (strays.Count > 0)
            {
                pending = new PendingRequest([], now, audit: null);
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
            if (pending is not null || strays.Count > 0 || !entries.Values.Any(entry => entry.State == SubscriptionState.Active))
                return null;
            pending = new PendingRequest([], now, audit: market);
            return new MarketDataRequest { GetMySubscriptions = new GetMySubscriptions() };
        }
    }

    /// <summary>
    /// False when a request has had no answer at all for too long: then the stream does not work, whatever else it sends. Single elements that
    /// an answer left out count as refused.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="listening">Since when whatever arrives is taken in without delay.</param>
    /// <param name="leftOut">Those an answer left out.</param>
    public bool CheckAnswers(TimeSpan now, TimeSpan listening, out IReadOnlyList<SubscriptionRefused> leftOut)
    {
        lock (gate)
        {
            leftOut = [];
            if (pending is null || now - (pending.LastAnswer > listening ? pending.LastAnswer : listening) <= options.Answer)
                return true;
            if (!pending.IsAnsweredInPart)
                return false;
            foreach (var entry in pending.Entries.Where(entry => entry.State == SubscriptionState.Leaving))
                entry.State = SubscriptionState.Active;
            leftOut = [.. pending.Entries.Where(entry => entry.State == SubscriptionState.Asked)
                .Select(entry => Refuse(entry, SubscriptionStatus.Unspecified, now))];
            pending = null;
            return true;
        }
    }

    /// <summary>Takes in what the API says of subscriptions; gives what the owner is to be told.</summary>
    public IReadOnlyList<MarketEvent> Answered(SubscribeCandlesResponse response, TimeSpan now, DateTimeOffset market)
    {
        lock (gate)
        {
            var events = new List<MarketEvent>();
            if (pending?.Audit is { } asked)
            {
                pending = null;
                Compare(response, asked, market, events);
                return events;
            }
            foreach (var element in response.CandlesSubscriptions)
            {
                if (Find(element.InstrumentUid, element.Figi, element.Interval) is { } entry)
                    Apply(element, entry, now, market, events);
            }
            pending?.AnsweredAt(now);
            if (pending is { IsAnsweredInFull: true })
                pending = null;
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
            pending = null;
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

    private void Apply(CandleSubscription element, SubscriptionEntry entry, TimeSpan now, DateTimeOffset market, List<MarketEvent> events)
    {
        var isSuccess = element.SubscriptionStatus == SubscriptionStatus.Success;
        switch (entry.State)
        {
            // An absent one has been given up too early: the answer that had left it out goes on with it.
            case SubscriptionState.Asked or SubscriptionState.Absent when isSuccess:
                Confirm(entry, market, events);
                break;
            case SubscriptionState.Asked:
                events.Add(Refuse(entry, element.SubscriptionStatus, now));
                break;
            case SubscriptionState.Leaving:
                var isGone = isSuccess || element.SubscriptionStatus == SubscriptionStatus.SubscriptionNotFound;
                entry.State = isGone ? SubscriptionState.Absent : SubscriptionState.Active;
                break;
        }
        if (!entry.Wanted && entry.State == SubscriptionState.Absent)
            Remove(entry);
    }

    private static void Confirm(SubscriptionEntry entry, DateTimeOffset market, List<MarketEvent> events)
    {
        entry.State = SubscriptionState.Active;
        events.Add(new Subscribed(entry.Subscription, market));
        if (entry.Proven is { } proven && proven < market)
            events.Add(new SpanMissed(entry.Subscription, new TimeRange(proven, market)));
        entry.Proven = entry.Proven > market ? entry.Proven : market;
    }

    private void Compare(SubscribeCandlesResponse response, DateTimeOffset asked, DateTimeOffset market, List<MarketEvent> events)
    {
        var present = new HashSet<SubscriptionEntry>();
        foreach (var element in response.CandlesSubscriptions.Where(element => element.SubscriptionStatus == SubscriptionStatus.Success))
        {
            if (Find(element.InstrumentUid, element.Figi, element.Interval) is { } entry)
                present.Add(entry);
            else
                strays.Add(new CandleInstrument { InstrumentId = IdOf(element), Interval = element.Interval });
        }
        foreach (var entry in entries.Values)
        {
            switch (entry.State)
            {
                case SubscriptionState.Active when present.Contains(entry):
                    entry.Prove(asked);
                    break;
                case SubscriptionState.Active:
                    entry.State = SubscriptionState.Absent;
                    vanished.Add(entry.Subscription);
                    break;
                case SubscriptionState.Absent when present.Contains(entry):
                    Confirm(entry, market, events);
                    break;
            }
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
        pending = new PendingRequest(asked, now, audit: null);
        foreach (var entry in asked)
            entry.State = state;
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

/// <summary>Says where a subscription stands on the present stream.</summary>
internal enum SubscriptionState
{
    Absent,
    Asked,
    Active,
    Leaving,
}

/// <summary>Holds what is known of one subscription. Belongs to the <see cref="SubscriptionTracker"/>, which guards it.</summary>
internal sealed class SubscriptionEntry(StreamSubscription subscription)
{
    public StreamSubscription Subscription { get; } = subscription;

    public SubscriptionState State { get; set; }

    public bool Wanted { get; set; } = true;

    /// <summary>Everything traded up to here has arrived or was told as missed; unset until the first confirmation.</summary>
    public DateTimeOffset? Proven { get; set; }

    /// <summary>Not asked for again before this.</summary>
    public TimeSpan NotBefore { get; set; }

    public void Prove(DateTimeOffset until)
    {
        if (Proven is { } proven && until > proven)
            Proven = until;
    }
}

/// <summary>
/// Holds what the API has been asked and has not answered in full. An answer does not name its request, so only one is under way at a time:
/// then no answer, however late, is taken for that to another.
/// </summary>
internal sealed class PendingRequest(IReadOnlyList<SubscriptionEntry> entries, TimeSpan askedAt, DateTimeOffset? audit)
{
    /// <summary>The subscriptions it is about; none when it is about all, or about what nobody here knows.</summary>
    public IReadOnlyList<SubscriptionEntry> Entries { get; } = entries;

    /// <summary>For an audit, the market time at which it was asked.</summary>
    public DateTimeOffset? Audit { get; } = audit;

    /// <summary>When it was asked or last answered in part.</summary>
    public TimeSpan LastAnswer { get; private set; } = askedAt;

    public bool IsAnsweredInPart { get; private set; }

    public bool IsAnsweredInFull => IsAnsweredInPart && Entries.All(entry => entry.State is SubscriptionState.Active or SubscriptionState.Absent);

    public void AnsweredAt(TimeSpan now)
    {
        LastAnswer = now;
        IsAnsweredInPart = true;
    }
}
