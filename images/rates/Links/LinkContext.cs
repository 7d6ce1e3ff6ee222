using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Rows;
using StockPipeline.Rates.Sources;
using StockPipeline.RatesService.Publishing;

namespace StockPipeline.RatesService.Links;

/// <summary>What every link works with.</summary>
/// <param name="Publisher">Where prices go.</param>
/// <param name="MarketClock">The market's time: by it prices age and connections end.</param>
/// <param name="Http">For requests.</param>
/// <param name="Hosts">Other hosts in the place of those that rows name.</param>
/// <param name="Keys">The keys of accounts, by module.</param>
/// <param name="Log">Where links say what they do.</param>
internal sealed record LinkContext(
    RatePublisher Publisher, TimeProvider MarketClock, HttpClient Http, HostMap Hosts, IReadOnlyDictionary<string, Secret> Keys, ILogger Log)
{
    /// <summary>Some hosts refuse whoever does not say what he is.</summary>
    public const string UserAgent = "StockPipeline/1.0";
}

/// <summary>One source in work: follows its feeds until it is stopped.</summary>
internal interface ILink
{
    /// <summary>What to ask for from now on.</summary>
    void Follow(IReadOnlyList<SourceRow> rows);

    Task RunAsync(CancellationToken cancellationToken);
}

/// <summary>Passes what a module reads to the publisher, and says what is news.</summary>
internal sealed class LinkSink(LinkName link, LinkContext context) : IFrameSink
{
    /// <summary>Refusals said; one that comes with every message would fill the log.</summary>
    private const int MostSaid = 20;

    private static readonly TimeSpan SayAgainAfter = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, DateTimeOffset> said = new(StringComparer.Ordinal);

    /// <summary>When the source last said anything.</summary>
    public DateTimeOffset? LastAlive { get; private set; }

    /// <summary>Why another connection is wanted; null where none is.</summary>
    public string? EndingReason { get; private set; }

    /// <summary>When each feed was last heard.</summary>
    public Dictionary<string, DateTimeOffset> Heard { get; } = new(StringComparer.Ordinal);

    public void Take(string feed, in Tick tick)
    {
        var now = context.MarketClock.GetUtcNow();
        LastAlive = now;
        if (context.Publisher.Take(link, feed, tick, now))
            Heard[feed] = now;
    }

    public void TakeStatus(string feed, RateStatus status, string reason)
    {
        Alive();
        foreach (var news in context.Publisher.TakeStatus(link, feed, status))
            Log.FeedStatus(context.Log, link, news.Name, status, reason.Length > 0 ? reason : "traded again");
    }

    public void Alive() => LastAlive = context.MarketClock.GetUtcNow();

    public void Ending(string reason)
    {
        Alive();
        EndingReason = reason;
    }

    public void Refused(string reason)
    {
        Alive();
        if (IsNews(reason))
            Log.Refused(context.Log, link, reason);
    }

    public void NotUnderstood(string reason)
    {
        if (IsNews(reason))
            Log.NotUnderstood(context.Log, link, reason);
    }

    private bool IsNews(string reason)
    {
        var now = context.MarketClock.GetUtcNow();
        if (said.TryGetValue(reason, out var before) && now - before < SayAgainAfter)
            return false;
        if (said.Count >= MostSaid)
            said.Clear();
        said[reason] = now;
        return true;
    }
}
