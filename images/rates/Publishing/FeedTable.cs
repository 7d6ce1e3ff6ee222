using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Rates;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Rates.Intake;
using StockPipeline.Rates.Rows;

namespace StockPipeline.RatesService.Publishing;

/// <summary>The feeds of one link, by the name the source gives them: two rows may ask for the same.</summary>
internal sealed class FeedTable
{
    private readonly Dictionary<string, List<PublishedFeed>> byName = new(StringComparer.Ordinal);

    public FeedTable(IReadOnlyCollection<Feed> feeds, Func<Feed, PublishedFeed> make)
    {
        All = [.. feeds.Select(make)];
        foreach (var feed in All)
        {
            if (!byName.TryGetValue(feed.Intake.Feed.Name, out var named))
                byName.Add(feed.Intake.Feed.Name, named = []);
            named.Add(feed);
        }
    }

    public IReadOnlyList<PublishedFeed> All { get; }

    public List<PublishedFeed>? Named(string name) => byName.GetValueOrDefault(name);

    /// <summary>The same feed, if it was there and nothing of it has changed.</summary>
    public PublishedFeed? Find(Feed feed) => byName.GetValueOrDefault(feed.Name)?.Find(one => one.Intake.Feed == feed);
}

/// <summary>One feed and when its rate was last published.</summary>
internal sealed class PublishedFeed(FeedIntake intake)
{
    private readonly Counter?[] counters = new Counter?[Enum.GetValues<TickVerdict>().Length];

    public FeedIntake Intake { get; } = intake;

    public Figi Figi { get; } = RateFigi.Of(intake.Feed.Key.Pair, intake.Feed.Key.Source);

    public long? Published { get; set; }

    public Counter Ticks(TickVerdict verdict, Labelled<Counter> all) => counters[(int)verdict] ??=
        all.With(Intake.Feed.Key.Source, verdict switch
        {
            TickVerdict.Taken => "taken",
            TickVerdict.AheadOfClock => "ahead-of-clock",
            TickVerdict.Repeated => "repeated",
            TickVerdict.Older => "older",
            _ => "no-price",
        });
}
