using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Rates.Intake;
using StockPipeline.Rates.Rows;
using StockPipeline.Rates.Sources;

namespace StockPipeline.RatesService.Publishing;

/// <summary>
/// Takes prices from all links and publishes them: at once, and then each rate at most ten times a second, always the newest. Nobody who brings
/// a price ever waits: while Kafka is away only the newest of each rate is kept. Safe from any thread.
/// </summary>
internal sealed class RatePublisher : IDisposable
{
    public static readonly TimeSpan ConflateOver = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<LinkName, FeedTable> links = [];
    private readonly SemaphoreSlim news = new(0, 1);
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Labelled<Counter> ticks;
    private readonly Counter conflated;

    /// <param name="metrics">Counts prices by what became of them.</param>
    /// <param name="clock">The machine's: by it rates are conflated.</param>
    /// <param name="log">Told of prices that are not taken.</param>
    public RatePublisher(Metrics metrics, TimeProvider clock, ILogger<RatePublisher> log)
    {
        this.clock = clock;
        this.log = log;
        ticks = metrics.Counters("stockpipeline_rates_ticks_total", "Prices that sources have sent, by what became of them.", "source", "verdict");
        conflated = metrics.Counter("stockpipeline_rates_conflated_total", "Prices that a newer one of the same rate has overtaken.");
    }

    /// <summary>Makes the feeds of a link be these; those that stay go on where they are.</summary>
    /// <param name="link">Whose they are.</param>
    /// <param name="feeds">All of them.</param>
    /// <param name="known">The last rate that was published of a key, if any.</param>
    public void Follow(LinkName link, IReadOnlyCollection<Feed> feeds, Func<RateKey, Rate?> known)
    {
        lock (gate)
        {
            var before = links.GetValueOrDefault(link);
            links[link] = new FeedTable(feeds, feed => before?.Find(feed) ?? new PublishedFeed(new FeedIntake(feed, known(feed.Key))));
        }
    }

    /// <summary>The link is another's now; what is not published yet stays unsaid.</summary>
    public void Forget(LinkName link)
    {
        lock (gate)
            links.Remove(link);
    }

    /// <summary>Takes a price; false where no feed has that name.</summary>
    public bool Take(LinkName link, string feedName, in Tick tick, DateTimeOffset now)
    {
        lock (gate)
        {
            if (!links.TryGetValue(link, out var table) || table.Named(feedName) is not { Count: > 0 } feeds)
                return false;
            foreach (var feed in feeds)
            {
                var wasDirty = feed.Intake.IsDirty;
                var verdict = feed.Intake.Take(tick, now);
                feed.Ticks(verdict, ticks).Increment();
                if (verdict is TickVerdict.NoPrice or TickVerdict.Older)
                    Log.TickDropped(log, feed.Intake.Feed.Key, tick.Price, verdict);
                if (wasDirty && verdict == TickVerdict.Taken)
                    conflated.Increment();
            }
        }
        Wake();
        return true;
    }

    /// <summary>The link is alive, and with it all its feeds.</summary>
    public void Prove(LinkName link, DateTimeOffset now) => ForAll(link, feed =>
    {
        feed.Intake.Prove(now);
        feed.Intake.Minutes.Close(now);
    });

    /// <summary>The link has not been alive for long: its prices count as fresh no longer.</summary>
    public void Silence(LinkName link) => ForAll(link, feed => feed.Intake.Silence());

    /// <summary>The feeds of a link that the source says something new of.</summary>
    public IReadOnlyList<Feed> TakeStatus(LinkName link, string feedName, RateStatus status)
    {
        var news = new List<Feed>();
        ForAll(link, feed =>
        {
            if ((feedName == Feeds.All || feed.Intake.Feed.Name == feedName) && feed.Intake.TakeStatus(status))
                news.Add(feed.Intake.Feed);
        });
        return news;
    }

    /// <summary>Publishes until stop is asked for.</summary>
    /// <param name="output">Where rates and candles go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(IRateOutput output, CancellationToken cancellationToken)
    {
        var (rates, candles, minutes) = (new List<Rate>(), new List<Candle>(), new List<MinuteCandle>());
        var looked = clock.GetTimestamp();
        while (true)
        {
            var isTime = clock.GetElapsedTime(looked) >= LookEvery;
            var pause = Collect(rates, candles, minutes, isTime);
            if (isTime)
                looked = clock.GetTimestamp();
            foreach (var rate in rates)
                await output.PublishAsync(rate, cancellationToken);
            foreach (var candle in candles)
                await output.PublishAsync(candle, cancellationToken);
            rates.Clear();
            candles.Clear();
            await news.WaitAsync(pause, cancellationToken);
        }
    }

    public void Dispose() => news.Dispose();

    /// <summary>Gathers what is due; gives how long nothing else will be, unless a price comes.</summary>
    private TimeSpan Collect(List<Rate> rates, List<Candle> candles, List<MinuteCandle> minutes, bool isTime)
    {
        var pause = LookEvery;
        var now = clock.GetTimestamp();
        lock (gate)
        {
            foreach (var feed in links.Values.SelectMany(table => table.All))
            {
                var intake = feed.Intake;
                if (intake.IsDirty && intake.Current is { } rate)
                {
                    var left = feed.Published is { } at ? ConflateOver - clock.GetElapsedTime(at, now) : TimeSpan.Zero;
                    if (left <= TimeSpan.Zero)
                    {
                        rates.Add(rate);
                        intake.Published(rate.ProvenTime);
                        feed.Published = now;
                    }
                    else if (left < pause)
                    {
                        pause = left;
                    }
                }
                // The open minute goes out about once a second; one that is over at once.
                if (isTime || intake.Minutes.HasFinal)
                    AddCandles(feed, candles, minutes);
            }
        }
        return pause;
    }

    private static void AddCandles(PublishedFeed feed, List<Candle> candles, List<MinuteCandle> minutes)
    {
        feed.Intake.Minutes.Drain(minutes);
        foreach (var minute in minutes)
        {
            if (minute.ToCandle(feed.Figi) is { } candle)
                candles.Add(candle);
        }
        minutes.Clear();
    }

    private void ForAll(LinkName link, Action<PublishedFeed> act)
    {
        var anyDirty = false;
        lock (gate)
        {
            if (!links.TryGetValue(link, out var table))
                return;
            foreach (var feed in table.All)
            {
                act(feed);
                anyDirty |= feed.Intake.IsDirty || feed.Intake.Minutes.HasFinal;
            }
        }
        if (anyDirty)
            Wake();
    }

    private void Wake()
    {
        try
        {
            if (news.CurrentCount == 0)
                news.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another has said so at the same moment.
        }
    }
}
