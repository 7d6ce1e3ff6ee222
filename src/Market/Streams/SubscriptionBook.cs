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
    private Question? question;

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
            if (question is not null)
                return null;
            if (strays.Count > 0)
            {
                question = new Question([], now, audit: null);
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
            if (question is not null || strays.Count > 0 || !entries.Values.Any(entry => entry.State == SubscriptionState.Active))
                return null;
            question = new Question([], now, audit: market);
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
            if (question is null || now - (question.LastHeard > listening ? question.LastHeard : listening) <= options.Answer)
                return true;
            if (!question.IsAnsweredInPart)
                return false;
            foreach (var entry in question.Entries.Where(entry => entry.State == SubscriptionState.Leaving))
                entry.State = SubscriptionState.Active;
            leftOut = [.. question.Entries.Where(entry => entry.State == SubscriptionState.Asked)
                .Select(entry => Refuse(entry, SubscriptionStatus.Unspecified, now))];
            question = null;
            return true;
        }
    }

    /// <summary>Takes in what the API says of subscriptions; gives what the owner is to be told.</summary>
    public IReadOnlyList<MarketEvent> Answered(SubscribeCandlesResponse response, TimeSpan now, DateTimeOffset market)
    {
        lock (gate)
        {
            var events = new List<MarketEvent>();
            if (question?.Audit is { } asked)
            {
                question = null;
                Compare(response, asked, market, events);
                return events;
            }
            foreach (var element in response.CandlesSubscriptions)
            {
                if (Find(element.InstrumentUid, element.Figi, element.Interval) is { } entry)
                    Take(element, entry, now, market, events);
            }
            question?.Heard(now);
            if (question is { IsAnsweredInFull: true })
                question = null;
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
            question = null;
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

    private void Take(CandleSubscription element, SubscriptionEntry entry, TimeSpan now, DateTimeOffset market, List<MarketEvent> events)
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
        question = new Question(asked, now, audit: null);
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
