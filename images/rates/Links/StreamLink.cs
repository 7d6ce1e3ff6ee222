using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Rows;
using StockPipeline.Rates.Sources;

namespace StockPipeline.RatesService.Links;

/// <summary>
/// One streaming host: as many connections as its feeds need, each kept by a <see cref="StreamSlot"/>, and the list of what the host trades.
/// </summary>
internal sealed class StreamLink(LinkName name, StreamModule module, LinkContext context) : ILink
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly List<(StreamSlot Slot, Task Running)> slots = [];
    private readonly ListingWatch? listing = module.Listing(new Uri(name.Host)) is null ? null : new ListingWatch(name, module, context);
    private volatile IReadOnlyList<SourceRow> rows = [];

    public void Follow(IReadOnlyList<SourceRow> wanted) => rows = wanted;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (true)
            {
                var feeds = rows.SelectMany(row => row.Feeds).Select(feed => feed.Name).Distinct().ToList();
                Share(feeds, ending.Token);
                foreach (var (slot, running) in slots)
                {
                    if (running.IsCompleted)
                        await running;
                    slot.Look();
                }
                Judge();
                if (listing is not null)
                    await listing.LookAsync(feeds, cancellationToken);
                await Task.Delay(LookEvery, context.MarketClock, cancellationToken);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(slots.Select(slot => slot.Running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A feed stays where it is; new ones fill the connections that have room.</summary>
    private void Share(List<string> feeds, CancellationToken cancellationToken)
    {
        var wanted = feeds.ToHashSet(StringComparer.Ordinal);
        foreach (var (slot, _) in slots)
        {
            slot.Keep(wanted);
            wanted.ExceptWith(slot.Feeds);
        }
        foreach (var feed in feeds.Where(wanted.Contains))
        {
            var free = slots.Find(one => one.Slot.Feeds.Count < module.Rules.FeedsPerConnection).Slot;
            if (free is null)
            {
                free = new StreamSlot(name, module, context);
                slots.Add((free, free.RunAsync(cancellationToken)));
            }
            free.Add(feed);
        }
    }

    /// <summary>Proves the prices of connections that are alive, and takes the freshness of those that are not.</summary>
    private void Judge()
    {
        var now = context.MarketClock.GetUtcNow();
        var alive = slots.Count > 0 ? slots.Min(one => one.Slot.LastAlive ?? DateTimeOffset.MinValue) : now;
        if (now - alive <= module.Rules.LinkSilence)
            context.Publisher.Prove(name, now);
        else if (now - alive > Rate.ProofHolds)
            context.Publisher.Silence(name);
    }
}
