using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Time;
using StockPipeline.Rates.Rows;
using StockPipeline.Rates.Sources;

namespace StockPipeline.Rates.Intake;

/// <summary>
/// What is known of one feed: its newest rate and its minute. Puts prices in order, and says what is to be published. Pure; one thread at a time.
/// </summary>
public sealed class FeedIntake
{
    /// <summary>Clocks may differ by so much; a time further ahead counts as now.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);

    /// <summary>A sequence that begins anew is believed when its price is so much newer than the last one.</summary>
    public static readonly TimeSpan NewSequenceAfter = TimeSpan.FromSeconds(60);

    private RateStatus status;
    private DateTimeOffset published = DateTimeOffset.MinValue;

    /// <param name="feed">What it is of.</param>
    /// <param name="known">The last rate that another replica, or this one before a restart, has published.</param>
    public FeedIntake(Feed feed, Rate? known)
    {
        Feed = feed;
        if (known is null || known.Key != feed.Key)
            return;
        // What the row says now holds, also for the price of before.
        Current = known with { MaxAge = feed.MaxAge, Priority = feed.Priority, RowId = feed.RowId };
        status = known.Status is RateStatus.Silent ? RateStatus.Live : known.Status;
        if (known.Symbol != feed.Symbol)
            return;
        Minutes.Resume(new MinuteCandle(
            Interval.OneMinute.Align(known.EventTime), known.MinuteOpen, known.MinuteHigh, known.MinuteLow, known.Price, known.EventTime,
            known.MinuteUpdates, Final: false, Revision: 0));
    }

    public Feed Feed { get; }

    /// <summary>The newest rate; null until there is a price.</summary>
    public Rate? Current { get; private set; }

    public MinuteCandles Minutes { get; } = new();

    /// <summary>There is something new to be published.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>When the last price came.</summary>
    public DateTimeOffset LastHeard { get; private set; }

    /// <param name="tick">A price.</param>
    /// <param name="now">When it came.</param>
    public TickVerdict Take(in Tick tick, DateTimeOffset now)
    {
        LastHeard = now;
        if (tick.Price <= 0 || !RateDecimal.TryRound(tick.Price, out var price) || price <= 0)
            return TickVerdict.NoPrice;
        var ahead = tick.EventTime > now + ClockTolerance;
        var at = ahead || tick.EventTime is null || tick.EventTime > now ? now : tick.EventTime.Value;
        var sequence = tick.Sequence ?? at.ToUnixTimeMilliseconds();
        if (Current is { } known && sequence <= known.Sequence && !(sequence < known.Sequence && at - known.EventTime > NewSequenceAfter))
            return sequence == known.Sequence ? TickVerdict.Repeated : TickVerdict.Older;
        Minutes.Take(price, at);
        var minute = Minutes.Open!;
        Current = new Rate
        {
            Pair = Feed.Key.Pair, Source = Feed.Key.Source, Symbol = Feed.Symbol, Price = price, Bid = Rounded(tick.Bid), Ask = Rounded(tick.Ask),
            Kind = tick.Kind, Status = status = RateStatus.Live, EventTime = at, ReceivedTime = now, ProvenTime = now, Sequence = sequence,
            MaxAge = Feed.MaxAge, Priority = Feed.Priority, RowId = Feed.RowId,
            MinuteOpen = minute.Open, MinuteHigh = minute.High, MinuteLow = minute.Low, MinuteUpdates = minute.Updates,
        };
        IsDirty = true;
        return ahead ? TickVerdict.AheadOfClock : TickVerdict.Taken;
    }

    /// <summary>The source is alive, whether it says anything of this feed or not.</summary>
    public void Prove(DateTimeOffset now)
    {
        if (Current is not { } known || now <= known.ProvenTime)
            return;
        Current = known with { ProvenTime = now, Status = status };
        if (known.Status != status || now - published >= Rate.ProofEvery)
            IsDirty = true;
    }

    /// <summary>What the source says of the feed; true where that is news.</summary>
    public bool TakeStatus(RateStatus said)
    {
        if (status == said)
            return false;
        status = said;
        if (Current is { } known)
            (Current, IsDirty) = (known with { Status = said }, true);
        return true;
    }

    /// <summary>The source is not reached any more: the price stays, and counts as fresh no longer.</summary>
    public void Silence()
    {
        if (Current is { Status: RateStatus.Live } known)
            (Current, IsDirty) = (known with { Status = RateStatus.Silent }, true);
    }

    /// <summary>The rate is published now.</summary>
    public void Published(DateTimeOffset now) => (IsDirty, published) = (false, now);

    private static decimal? Rounded(decimal? value) => value is { } known && RateDecimal.TryRound(known, out var rounded) ? rounded : null;
}
