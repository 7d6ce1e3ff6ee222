using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Market;
using Trade = StockPipeline.Simulator.Market.Trade;

namespace StockPipeline.Simulator.Streaming;

/// <summary>Follows the live candle of one listing and interval, and who listens. Owned by the live market's turn.</summary>
internal sealed class Feed(Listing listing, CandlePeriod period, Bar? current, long nowMs)
{
    private readonly List<(MarketStream Stream, bool WaitingClose)> listeners = [];
    private readonly HashSet<long> corrected = [];
    /// <summary>What opened before this is over, even where nothing has been traded since.</summary>
    private readonly long firstOpen = period.Align(nowMs);
    private bool dirty;
    private bool closed = current is { } bar && period.Next(bar.OpenMs) <= nowMs;
    private long sentAt;

    public Listing Listing => listing;

    public CandlePeriod Period => period;

    public bool HasListeners => listeners.Count > 0;

    /// <summary>As the tape has it: splits are applied when it is told.</summary>
    public Bar? Current { get; private set; } = current;

    public void Listen(MarketStream stream, bool waitingClose) => listeners.Add((stream, waitingClose));

    public void Leave(MarketStream stream, bool? waitingClose) =>
        listeners.RemoveAll(one => one.Stream == stream && (waitingClose is null || one.WaitingClose == waitingClose));

    /// <summary>Takes a trade in the order in which trades are reported.</summary>
    public void Add(in Trade trade, Action<Feed, Bar, CandleUpdate> tell)
    {
        var open = period.Align(trade.TimeMs);
        if (open < (Current?.OpenMs ?? firstOpen))
        {
            corrected.Add(open);
        }
        else if (Current is { } same && open == same.OpenMs)
        {
            Current = same.With(trade);
            dirty = true;
        }
        else
        {
            // A correction may still be waiting to be told when the trade that opens the next candle comes in the same turn.
            if (Current is { } before && (!closed || dirty))
                tell(this, before, closed ? CandleUpdate.Correction : CandleUpdate.Closing);
            Current = Bar.Of(open, trade);
            closed = false;
            dirty = true;
        }
    }

    /// <summary>Tells what is due: the close once, corrections at once, and the forming candle no more often than the throttle allows.</summary>
    /// <param name="nowMs">Market time.</param>
    /// <param name="realNow">Real time, a timestamp.</param>
    /// <param name="throttle">In units of the timestamp.</param>
    /// <param name="tell">Is called with the bar as the tape has it.</param>
    /// <param name="lookUp">Gives an older bar as it is now.</param>
    public void TellDue(long nowMs, long realNow, long throttle, Action<Feed, Bar, CandleUpdate> tell, Func<Feed, long, Bar?> lookUp)
    {
        if (corrected.Count > 0)
        {
            foreach (var open in corrected.Order())
            {
                if (lookUp(this, open) is { } bar)
                    tell(this, bar, CandleUpdate.Correction);
            }
            corrected.Clear();
        }
        if (Current is not { } current)
            return;
        if (closed)
        {
            if (dirty)
                tell(this, current, CandleUpdate.Correction);
            dirty = false;
        }
        else if (nowMs >= period.Next(current.OpenMs))
        {
            closed = true;
            dirty = false;
            tell(this, current, CandleUpdate.Closing);
        }
        else if (dirty && realNow - sentAt >= throttle)
        {
            dirty = false;
            sentAt = realNow;
            tell(this, current, CandleUpdate.Forming);
        }
    }

    /// <summary>Gives a message to those who want updates of this kind.</summary>
    public void Deliver(MarketDataResponse message, long openMs, CandleUpdate update)
    {
        foreach (var (stream, waitingClose) in listeners)
        {
            if (update != CandleUpdate.Forming || !waitingClose)
                stream.Offer(message, this, openMs);
        }
    }
}

/// <summary>Says why a candle is told.</summary>
internal enum CandleUpdate
{
    /// <summary>Its interval is still open.</summary>
    Forming,

    /// <summary>Its interval has just ended.</summary>
    Closing,

    /// <summary>It changed after its end.</summary>
    Correction,
}
