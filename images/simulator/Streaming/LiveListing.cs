using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Market;
using Trade = StockPipeline.Simulator.Market.Trade;

namespace StockPipeline.Simulator.Streaming;

/// <summary>A listing somebody listens to: its trades as they are reported, and its feeds. Owned by the live market's turn.</summary>
internal sealed class LiveListing
{
    private const long MinuteMs = 60_000;

    /// <summary>Trades of minutes this long ago may still be reported.</summary>
    private const long LongestDelayMs = 10 * MinuteMs;

    private readonly ReferenceMarket market;
    private readonly PriorityQueue<Trade, (long ReportedMs, long TimeMs)> pending = new();
    private readonly List<Trade> loaded = [];
    private long nextMinute;

    public LiveListing(ReferenceMarket market, Listing listing, long nowMs)
    {
        this.market = market;
        Listing = listing;
        nextMinute = nowMs - (nowMs % MinuteMs) - LongestDelayMs;
        Load(nowMs);
        while (pending.TryPeek(out _, out var due) && due.ReportedMs <= nowMs)
            pending.Dequeue();
    }

    public Listing Listing { get; }

    /// <summary>By the number of the interval.</summary>
    public Feed?[] Feeds { get; } = new Feed?[CandlePeriod.Month + 1];

    public List<MarketStream> LastPriceListeners { get; } = [];

    public List<MarketStream> InfoListeners { get; } = [];

    public SecurityTradingStatus Status { get; set; }

    public bool HasListeners =>
        LastPriceListeners.Count > 0 || InfoListeners.Count > 0 || Array.Exists(Feeds, feed => feed is { HasListeners: true });

    /// <summary>The next trade reported by now, halted ones left out.</summary>
    public bool TryTake(long nowMs, out Trade trade)
    {
        Load(nowMs);
        while (pending.TryPeek(out trade, out var due) && due.ReportedMs <= nowMs)
        {
            pending.Dequeue();
            if (!market.Events.IsHalted(Listing.Figi, trade.TimeMs))
                return true;
        }
        return false;
    }

    private void Load(long nowMs)
    {
        for (; nextMinute <= nowMs; nextMinute += MinuteMs)
        {
            loaded.Clear();
            market.ReadTape(Listing, nextMinute, loaded);
            foreach (var trade in loaded)
                pending.Enqueue(trade, (trade.ReportedMs, trade.TimeMs));
        }
    }
}
