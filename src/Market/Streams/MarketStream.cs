using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;

namespace StockPipeline.Market.Streams;

/// <summary>
/// Keeps candles coming: spreads the subscriptions over as many streams as they need and the account has, keeps each alive and tells exactly
/// what was missed. The owner runs <see cref="RunAsync"/> once, reads <see cref="Events"/>, and may call <see cref="Want"/> at any time from any
/// thread.
/// </summary>
public sealed class MarketStream
{
    private readonly Lock gate = new();
    private readonly Channel<MarketEvent> events;
    private readonly SupervisedStream[] streams;
    private readonly HashSet<StreamSubscription>[] placed;
    private HashSet<StreamSubscription> unplaced = [];
    private volatile IReadOnlySet<StreamSubscription> leftOut = new HashSet<StreamSubscription>();

    /// <param name="api">The API; its network clock measures silence and pauses.</param>
    /// <param name="options">How the streams are kept.</param>
    /// <param name="clock">The market's clock: what is missed is told in its time.</param>
    /// <param name="log">Where losses are logged; refusals are told and left to the owner.</param>
    /// <param name="chance">Numbers from 0 to 1 for the jitter of pauses; by default random ones.</param>
    public MarketStream(InvestApiClient api, MarketStreamOptions options, TimeProvider clock, ILogger<MarketStream> log, Func<double>? chance = null)
        : this(
            cancellationToken => api.Streams.MarketDataStream(cancellationToken: cancellationToken), options, api.Options.CandleSource,
            new StreamClocks(clock, api.Options.NetworkClock), log, chance ?? Backoff.Jitter)
    {
    }

    internal MarketStream(
        Func<CancellationToken, AsyncDuplexStreamingCall<MarketDataRequest, MarketDataResponse>> open, MarketStreamOptions options,
        GetCandlesRequest.Types.CandleSource source, StreamClocks clocks, ILogger<MarketStream> log, Func<double> chance)
    {
        events = Channel.CreateBounded<MarketEvent>(new BoundedChannelOptions(options.Buffer)
        {
            FullMode = BoundedChannelFullMode.Wait, SingleReader = true, SingleWriter = false,
        });
        var setup = new StreamSetup(open, options, source, clocks, events.Writer, chance, log);
        streams = new SupervisedStream[options.MaxStreams];
        for (var number = 0; number < streams.Length; number++)
            streams[number] = new SupervisedStream(number, setup, number > 0 ? streams[number - 1] : null);
        placed = [.. streams.Select(_ => new HashSet<StreamSubscription>())];
        foreach (var stream in streams)
            stream.AccountChanged += TellLeftOut;
    }

    /// <summary>Brings what happens, in order for each stream. Ends when the stream is stopped. For one reader.</summary>
    public ChannelReader<MarketEvent> Events => events.Reader;

    /// <summary>
    /// What no stream carries, because the account has not as many as would be needed; another set whenever it changes. That the account has
    /// none at all is told by <see cref="ConnectionLost"/> and not here.
    /// </summary>
    public IReadOnlySet<StreamSubscription> LeftOut => leftOut;

    /// <summary>Gives the number of streams that so many subscriptions need.</summary>
    public static int StreamsFor(int subscriptions) =>
        Math.Max(1, (subscriptions + MarketStreamOptions.MaxSubscriptions - 1) / MarketStreamOptions.MaxSubscriptions);

    /// <summary>
    /// Replaces what is wanted; what was wanted before and is not now is unsubscribed. What is wanted anew later begins without a past: nothing
    /// is told as missed from before. A subscription stays on its stream as long as that is one the account has.
    /// </summary>
    public void Want(IReadOnlyCollection<StreamSubscription> wanted)
    {
        lock (gate)
        {
            var coming = wanted.ToHashSet();
            for (var number = 0; number < streams.Length; number++)
            {
                if (streams[number].IsBeyondAccount)
                    placed[number].Clear();
                else
                    placed[number].IntersectWith(coming);
                coming.ExceptWith(placed[number]);
            }
            // Those the account is known to lack come last.
            foreach (var number in Enumerable.Range(0, streams.Length).OrderBy(number => streams[number].IsBeyondAccount))
            {
                placed[number].UnionWith(coming.Take(MarketStreamOptions.MaxSubscriptions - placed[number].Count));
                coming.ExceptWith(placed[number]);
            }
            unplaced = coming;
            for (var number = 0; number < streams.Length; number++)
                streams[number].Want(placed[number]);
        }
        TellLeftOut();
    }

    /// <summary>Keeps the streams until told to stop. While nothing is wanted there is no connection.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var running = streams.Select(stream => stream.RunAsync(ending.Token)).ToList();
            var first = await Task.WhenAny(running);
            await ending.CancelAsync();
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await first;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            events.Writer.Complete();
        }
        catch (Exception failed)
        {
            events.Writer.Complete(failed);
            throw;
        }
    }

    private void TellLeftOut()
    {
        lock (gate)
        {
            var without = unplaced.ToHashSet();
            var isNoneHad = streams[0].IsBeyondAccount && placed.Where((_, number) => !streams[number].IsBeyondAccount).All(some => some.Count == 0);
            for (var number = isNoneHad ? streams.Length : 0; number < streams.Length; number++)
            {
                if (streams[number].IsBeyondAccount)
                    without.UnionWith(placed[number]);
            }
            if (!without.SetEquals(leftOut))
                leftOut = without;
        }
    }
}
