using StockPipeline.Contracts.Rates;
using StockPipeline.Hosting.Status;
using StockPipeline.Rates.Rows;
using StockPipeline.Rates.Sources;
using StockPipeline.RatesService.Publishing;
using StockPipeline.RatesService.Rows;
using StockPipeline.RatesService.Sharing;

namespace StockPipeline.RatesService.Links;

/// <summary>
/// Runs the sources that are this replica's: takes its share of them, starts, feeds and stops their links. A source is given up only after its
/// link has ended, so that no two ever ask at the same time.
/// </summary>
internal sealed class LinkSupervisor(
    RowFollower rows, ILeases leases, PublishedRates published, LinkContext context, ModuleCatalog modules, Health health, TimeProvider clock)
    : IAsyncDisposable
{
    /// <summary>The right to keep the topics equal to the table.</summary>
    public const string MirrorLease = "mirror";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Dictionary<LinkName, RunningLink> running = [];
    private readonly LoopProgress pulse = health.Loop("links", TimeSpan.FromMinutes(2));

    /// <summary>This replica keeps the topics equal to the table.</summary>
    public bool IsMirror { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var lost in await leases.RefreshAsync(cancellationToken))
            {
                IsMirror &= lost != MirrorLease;
                if (running.Keys.FirstOrDefault(link => link.ToString() == lost) is { Module: not null } link)
                    await StopAsync(link, "another replica has taken it");
            }
            if (rows.Current.IsRead)
            {
                IsMirror = await leases.TryTakeAsync(MirrorLease, cancellationToken);
                await ShareAsync(rows.Current.Links, cancellationToken);
            }
            foreach (var link in running.Values.Where(link => link.Task.IsCompleted))
                await link.Task;
            pulse.Beat();
            await Task.Delay(Every, clock, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in running.Keys.ToList())
            await LeaveAsync(link, "the service stops", CancellationToken.None);
    }

    private async Task ShareAsync(Dictionary<LinkName, IReadOnlyList<SourceRow>> wanted, CancellationToken cancellationToken)
    {
        foreach (var link in running.Keys.Where(link => !wanted.ContainsKey(link)).ToList())
            await LeaveAsync(link, "no row names it", cancellationToken);
        var share = (wanted.Count + leases.Members - 1) / leases.Members;
        foreach (var link in running.Keys.OrderBy(link => link.ToString(), StringComparer.Ordinal).Skip(share).ToList())
            await LeaveAsync(link, $"{leases.Members} replicas share {wanted.Count} sources", cancellationToken);
        foreach (var (link, sources) in wanted)
        {
            if (!running.ContainsKey(link) && running.Count < share && await leases.TryTakeAsync(link.ToString(), cancellationToken))
                Start(link, sources, cancellationToken);
            else if (running.TryGetValue(link, out var known) && !known.Rows.SequenceEqual(sources))
                Follow(known, link, sources);
        }
    }

    private void Start(LinkName name, IReadOnlyList<SourceRow> sources, CancellationToken cancellationToken)
    {
        ILink link = modules.Find(name.Module) switch
        {
            StreamModule stream => new StreamLink(name, stream, context),
            PollModule poll => new PollLink(name, poll, context),
            _ => throw new InvalidOperationException($"There is no module {name.Module}."),
        };
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var started = new RunningLink(link, stop);
        running.Add(name, started);
        Follow(started, name, sources);
        Log.LinkTaken(context.Log, name, sources.Sum(row => row.Feeds.Count));
        started.Task = link.RunAsync(stop.Token);
    }

    private void Follow(RunningLink link, LinkName name, IReadOnlyList<SourceRow> sources)
    {
        link.Rows = sources;
        context.Publisher.Follow(name, [.. sources.SelectMany(row => row.Feeds)], Known);
        link.Link.Follow(sources);
    }

    private Rate? Known(RateKey key) => published.Find(key);

    private async Task LeaveAsync(LinkName link, string reason, CancellationToken cancellationToken)
    {
        await StopAsync(link, reason);
        await leases.ReleaseAsync(link.ToString(), cancellationToken);
    }

    private async Task StopAsync(LinkName name, string reason)
    {
        if (!running.Remove(name, out var link))
            return;
        await link.Stop.CancelAsync();
        await link.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        link.Stop.Dispose();
        context.Publisher.Forget(name);
        Log.LinkLeft(context.Log, name, reason);
    }

    private sealed class RunningLink(ILink link, CancellationTokenSource stop)
    {
        public ILink Link { get; } = link;

        public CancellationTokenSource Stop { get; } = stop;

        public Task Task { get; set; } = Task.CompletedTask;

        public IReadOnlyList<SourceRow> Rows { get; set; } = [];
    }
}
