using StockPipeline.Contracts.Instruments;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Api;
using StockPipeline.Simulator.Faults;
using StockPipeline.Simulator.Market;
using Trade = StockPipeline.Simulator.Market.Trade;

namespace StockPipeline.Simulator.Streaming;

/// <summary>
/// Lets the market happen: takes turns, in each of which the trades reported since the last become candles and are told to the streams.
/// All state of streams and feeds belongs to one lock; nothing under it waits.
/// </summary>
internal sealed class LiveMarket(ReferenceMarket market, TradingStatuses statuses, FaultInjector faults, TimeProvider clock, TimeProvider real)
{
    /// <summary>At most one message of a forming candle in this time, whatever the speed of the market.</summary>
    public static readonly TimeSpan Throttle = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);

    /// <summary>Opportunities for faults in one turn, so that a market that runs far ahead of its turns does not cast dice for ever.</summary>
    private const int MaxSecondsPerTurn = 60;

    private readonly Lock gate = new();
    private readonly Dictionary<Figi, LiveListing> listings = [];
    private readonly List<MarketStream> streams = [];
    private readonly PriorityQueue<(Feed Feed, long OpenMs), long> corrections = new();
    private readonly long throttle = (long)(Throttle.TotalSeconds * real.TimestampFrequency);
    private long nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes turns until stop is asked for.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Turn, real);
        while (await timer.WaitForNextTickAsync(stop))
            TakeTurn();
    }

    public void Add(MarketStream stream)
    {
        lock (gate)
            streams.Add(stream);
    }

    public void Remove(MarketStream stream)
    {
        lock (gate)
        {
            streams.Remove(stream);
            foreach (var live in listings.Values)
            {
                foreach (var feed in live.Feeds)
                    feed?.Leave(stream, waitingClose: null);
                live.LastPriceListeners.Remove(stream);
                live.InfoListeners.Remove(stream);
            }
            Forget();
        }
    }

    /// <summary>Changes subscriptions between two turns, so that what is answered within comes before the first data.</summary>
    public void Between(Action<LiveMarket> change)
    {
        lock (gate)
        {
            change(this);
            Forget();
        }
    }

    /// <summary>Only within <see cref="Between"/>.</summary>
    public void Listen(MarketStream stream, Listing listing, CandlePeriod period, bool waitingClose, bool snapshot)
    {
        var feed = Live(listing).Feeds[period.Number] ??= new Feed(listing, period, OpenBar(listing, period), nowMs);
        feed.Listen(stream, waitingClose);
        if (snapshot && !waitingClose && feed.Current is { } bar && period.Next(bar.OpenMs) > nowMs)
            stream.Offer(MessageOf(feed, bar), feed, bar.OpenMs);
    }

    /// <summary>Only within <see cref="Between"/>.</summary>
    public void Leave(MarketStream stream, Listing listing, CandlePeriod period, bool waitingClose) =>
        Live(listing).Feeds[period.Number]?.Leave(stream, waitingClose);

    /// <summary>Only within <see cref="Between"/>.</summary>
    public LiveListing Live(Listing listing)
    {
        if (!listings.TryGetValue(listing.Figi, out var live))
        {
            live = new LiveListing(market, listing, nowMs) { Status = statuses.At(listing, DateTimeOffset.FromUnixTimeMilliseconds(nowMs)) };
            listings.Add(listing.Figi, live);
        }
        return live;
    }

    public SecurityTradingStatus StatusOf(Listing listing) => statuses.At(listing, clock.GetUtcNow());

    internal void TakeTurn()
    {
        lock (gate)
        {
            var before = nowMs;
            nowMs = Math.Max(before, clock.GetUtcNow().ToUnixTimeMilliseconds());
            var realNow = real.GetTimestamp();
            var seconds = (int)Math.Min((nowMs / 1000) - (before / 1000), MaxSecondsPerTurn);
            for (var second = 0; second < seconds; second++)
                StrikeInstruments();
            foreach (var live in listings.Values)
                Advance(live, realNow);
            while (corrections.TryPeek(out var wrong, out var due) && due <= nowMs)
            {
                corrections.Dequeue();
                if (LookUp(wrong.Feed, wrong.OpenMs) is { } right)
                    Tell(wrong.Feed, right, CandleUpdate.Correction);
            }
            foreach (var stream in streams)
                stream.TakeTurn(nowMs, seconds);
        }
    }

    private void Advance(LiveListing live, long realNow)
    {
        Trade? last = null;
        while (live.TryTake(nowMs, out var trade))
        {
            foreach (var feed in live.Feeds)
                feed?.Add(trade, Tell);
            last = trade;
        }
        foreach (var feed in live.Feeds)
            feed?.TellDue(nowMs, realNow, throttle, Tell, LookUp);
        if (last is { } newest && live.LastPriceListeners.Count > 0)
            TellPrice(live, newest);
        if (live.InfoListeners.Count > 0)
            TellStatus(live);
    }

    private void Tell(Feed feed, Bar bar, CandleUpdate update)
    {
        if (!feed.HasListeners)
            return;
        if (update == CandleUpdate.Closing
            && faults.Strike(FaultKind.CorrectLate, new FaultOpportunity(feed.Listing.Ticker, feed.Listing, feed.Period)) is { } rule)
        {
            corrections.Enqueue((feed, bar.OpenMs), nowMs + (long)rule.Lasting.TotalMilliseconds);
            // As if all but the first trade had not been heard of yet.
            bar = bar with { High = bar.Open, Low = bar.Open, Close = bar.Open, Volume = Math.Max(1, bar.Volume / 2), VolumeBuy = bar.VolumeBuy / 2 };
        }
        feed.Deliver(MessageOf(feed, bar), bar.OpenMs, update);
    }

    private MarketDataResponse MessageOf(Feed feed, in Bar bar) =>
        new() { Candle = ApiMessages.Candle(feed.Listing, feed.Period, market.AsTold(feed.Listing, bar, nowMs)) };

    private void TellPrice(LiveListing live, in Trade trade)
    {
        var told = market.AsTold(live.Listing, Bar.Of(trade.TimeMs, trade), nowMs);
        var message = new MarketDataResponse { LastPrice = ApiMessages.LastPrice(live.Listing, told.Close, trade.TimeMs) };
        foreach (var stream in live.LastPriceListeners)
            stream.Send(message);
    }

    private void TellStatus(LiveListing live)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(nowMs);
        var status = statuses.At(live.Listing, now);
        if (status == live.Status)
            return;
        live.Status = status;
        var message = new MarketDataResponse { TradingStatus = statuses.Message(live.Listing, now) };
        foreach (var stream in live.InfoListeners)
            stream.Send(message);
    }

    private void StrikeInstruments()
    {
        foreach (var rule in faults.Due(FaultKind.HaltInstrument).Concat(faults.Due(FaultKind.SplitInstrument)).ToList())
        {
            if ((market.Find(rule.Instrument!) ?? market.Find($"{rule.Instrument}_TQBR")) is not { } listing)
                continue;
            if (faults.Strike(rule.Kind, new FaultOpportunity(listing.Ticker, listing)) is not { } struck)
                continue;
            var now = DateTimeOffset.FromUnixTimeMilliseconds(nowMs);
            if (struck.Kind == FaultKind.HaltInstrument)
                market.Halt(listing.Figi, now, now + struck.Lasting);
            else
                market.Split(listing.Figi, now, struck.Ratio);
        }
    }

    private Bar? OpenBar(Listing listing, CandlePeriod period) => LookUp(listing, period, period.Align(nowMs));

    private Bar? LookUp(Feed feed, long openMs) => LookUp(feed.Listing, feed.Period, openMs);

    private Bar? LookUp(Listing listing, CandlePeriod period, long openMs) =>
        market.TapeBars(listing, period, openMs, openMs + 1, nowMs).Select(bar => (Bar?)bar).FirstOrDefault();

    /// <summary>What nobody listens to any more costs nothing.</summary>
    private void Forget()
    {
        foreach (var live in listings.Values.ToList())
        {
            for (var number = 0; number < live.Feeds.Length; number++)
            {
                if (live.Feeds[number] is { HasListeners: false })
                    live.Feeds[number] = null;
            }
            if (!live.HasListeners)
                listings.Remove(live.Listing.Figi);
        }
    }
}
