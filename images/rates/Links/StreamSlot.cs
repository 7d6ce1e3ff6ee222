using System.Net.WebSockets;
using StockPipeline.Contracts.Connections;
using StockPipeline.Rates.Limits;
using StockPipeline.Rates.Rows;
using StockPipeline.Rates.Sources;

namespace StockPipeline.RatesService.Links;

/// <summary>
/// One connection's worth of feeds, kept connected: after a failure it is opened again with growing pauses, and before its source would end it
/// a new one takes over while the old one still works, so that nothing is missed.
/// </summary>
internal sealed class StreamSlot(LinkName name, StreamModule module, LinkContext context)
{
    /// <summary>How long a new connection may take to become of use before the old one is ended all the same.</summary>
    private static readonly TimeSpan TakeoverLimit = TimeSpan.FromSeconds(10);

    private readonly Func<double> chance = Backoff.Jitter;
    private readonly Lock gate = new();
    private readonly HashSet<string> feeds = new(StringComparer.Ordinal);
    private readonly HostPatience patience = new(TimeSpan.FromSeconds(1));
    private volatile StreamSession? session;
    private bool failing;

    public IReadOnlyCollection<string> Feeds
    {
        get
        {
            lock (gate)
                return [.. feeds];
        }
    }

    /// <summary>When the source last said anything.</summary>
    public DateTimeOffset? LastAlive { get; private set; }

    public void Add(string feed)
    {
        lock (gate)
            feeds.Add(feed);
    }

    /// <summary>Drops the feeds that are not wanted any more.</summary>
    public void Keep(IReadOnlySet<string> wanted)
    {
        lock (gate)
            feeds.RemoveWhere(feed => !wanted.Contains(feed));
    }

    /// <summary>Told about once a second: brings what is asked for up to date, and ends a connection that is dead.</summary>
    public void Look()
    {
        if (session is not { } current)
            return;
        current.Follow(Feeds);
        if (current.LastAlive is { } alive)
            LastAlive = alive;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var pause = TimeSpan.Zero;
            try
            {
                await ConnectedAsync(cancellationToken);
            }
            catch (LinkRefusedException refused)
            {
                pause = patience.Refused(refused.Refusal);
                Log.LinkFailed(context.Log, name, refused.Refusal.ToString(), pause);
                failing = true;
            }
            catch (Exception broken) when (broken is WebSocketException or IOException or HttpRequestException or OperationCanceledException
                && !cancellationToken.IsCancellationRequested)
            {
                var refusal = new Refusal(RefusalKind.Away, null, broken.Message);
                // Half of the pause is left to chance: what one outage has cut off does not come back in step.
                pause = patience.Refused(refusal) * (0.5 + (0.5 * chance()));
                Log.LinkFailed(context.Log, name, broken.Message, pause);
                failing = true;
            }
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, context.MarketClock, cancellationToken);
        }
    }

    /// <summary>Works until the connection fails or has found a successor, which is then the current one.</summary>
    private async Task ConnectedAsync(CancellationToken cancellationToken)
    {
        var current = await OpenAsync(cancellationToken);
        try
        {
            while (true)
            {
                var reason = await current.WantsSuccessorAsync(cancellationToken);
                Log.Replacing(context.Log, name, reason);
                var next = await OpenAsync(cancellationToken);
                await Task.WhenAny(next.Useful, current.Ended, Task.Delay(TakeoverLimit, context.MarketClock, cancellationToken));
                await current.DisposeAsync();
                current = next;
            }
        }
        finally
        {
            session = null;
            await current.DisposeAsync();
        }
    }

    private async Task<StreamSession> OpenAsync(CancellationToken cancellationToken)
    {
        var opened = await StreamSession.OpenAsync(name, module, context, Feeds, cancellationToken);
        session = opened;
        Log.Connected(context.Log, name, Feeds.Count);
        _ = opened.Useful.ContinueWith(_ => Works(), cancellationToken, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        return opened;
    }

    /// <summary>Only a price ends a row of failures: some hosts let in whom they then tell nothing.</summary>
    private void Works()
    {
        patience.Succeeded();
        if (failing)
            Log.LinkWorks(context.Log, name);
        failing = false;
    }
}
