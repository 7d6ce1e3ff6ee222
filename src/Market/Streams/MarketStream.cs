using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using StockPipeline.Market.Grpc;

namespace StockPipeline.Market.Streams;

/// <summary>
/// One market-data stream that stays alive: subscribes what is wanted, notices silence, reconnects, subscribes everything again and tells
/// exactly what was missed. The owner runs <see cref="RunAsync"/> once, reads <see cref="Events"/>, and may call <see cref="Want"/> at any time
/// from any thread.
/// </summary>
public sealed class MarketStream
{
    private readonly Func<IDuplexCall<MarketDataRequest, MarketDataResponse>> open;
    private readonly MarketStreamOptions options;
    private readonly StreamClocks clocks;
    private readonly ILogger<MarketStream> log;
    private readonly SubscriptionBook book;
    private readonly Channel<MarketEvent> events;
    private readonly Func<double> chance;
    private readonly Bell changed = new();

    /// <param name="api">The API; its network clock measures silence and pauses.</param>
    /// <param name="options">How the stream is kept.</param>
    /// <param name="clock">The market's clock: what is missed is told in its time.</param>
    /// <param name="log">Where losses are logged; refusals are told and left to the owner.</param>
    /// <param name="chance">Numbers from 0 to 1 for the jitter of pauses; by default random ones.</param>
    public MarketStream(InvestApiClient api, MarketStreamOptions options, TimeProvider clock, ILogger<MarketStream> log, Func<double>? chance = null)
        : this(
            api.MarketDataStream.MarketDataStream, options, api.Options.CandleSource, new StreamClocks(clock, api.Options.NetworkClock), log,
            chance ?? Random.Shared.NextDouble)
    {
    }

    internal MarketStream(
        Func<IDuplexCall<MarketDataRequest, MarketDataResponse>> open, MarketStreamOptions options,
        GetCandlesRequest.Types.CandleSource source, StreamClocks clocks, ILogger<MarketStream> log, Func<double> chance)
    {
        this.open = open;
        this.options = options;
        this.log = log;
        this.chance = chance;
        this.clocks = clocks;
        book = new SubscriptionBook(options, source);
        events = Channel.CreateBounded<MarketEvent>(new BoundedChannelOptions(options.Buffer)
        {
            FullMode = BoundedChannelFullMode.Wait, SingleReader = true, SingleWriter = false,
        });
    }

    /// <summary>
    /// What happens, in order. Ends when the stream is stopped, and with the exception when it has failed for good. For one reader.
    /// </summary>
    public ChannelReader<MarketEvent> Events => events.Reader;

    /// <summary>
    /// Replaces what is wanted; what was wanted before and is not now is unsubscribed. What is wanted anew later begins without a past: nothing
    /// is told as missed from before.
    /// </summary>
    /// <exception cref="ArgumentException">More than one stream carries.</exception>
    public void Want(IReadOnlyCollection<StreamSubscription> wanted)
    {
        book.Want(wanted);
        changed.Ring();
    }

    /// <summary>Keeps the stream until told to stop. While nothing is wanted there is no connection.</summary>
    /// <exception cref="InvestApiException">The API has refused for good, a wrong token above all. The message says it in one sentence.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await KeepAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            events.Writer.Complete();
        }
        catch (Exception failed)
        {
            events.Writer.Complete(failed);
            throw;
        }
    }

    private async Task KeepAsync(CancellationToken stop)
    {
        var backoff = new Backoff(options.Reconnect, clocks.Network, chance);
        while (true)
        {
            while (book.IsEmpty)
                await changed.WaitAsync(stop);
            var (status, hasWorked) = await RunSessionAsync(stop);
            if (status is null)
                continue;
            if (hasWorked)
                backoff.Succeeded();
            var verdict = ErrorVerdict.Of(status);
            if (verdict.IsFatal)
                throw new InvestApiException(status);
            // What the API asks for is the least, by the clock it counts with; a little more keeps many clients from coming back at once.
            var isQuota = verdict.Action == ErrorAction.Wait;
            var pause = isQuota
                ? verdict.Pause * (1 + (0.1 * chance()))
                : backoff.NextPause() ?? throw new InvestApiException(status);
            Log.StreamLost(log, pause, status);
            await events.Writer.WriteAsync(new ConnectionLost(status, pause, clocks.Market.GetUtcNow()), stop);
            await Task.Delay(pause, isQuota ? clocks.Market : clocks.Network, stop);
        }
    }

    private async Task<(GrpcStatus? Status, bool HasWorked)> RunSessionAsync(CancellationToken stop)
    {
        await using var call = open();
        var session = new MarketSession(call, book, options, clocks, events.Writer, changed, log);
        var status = await session.RunAsync(stop);
        book.Lost();
        return (status, session.HasWorked);
    }
}
