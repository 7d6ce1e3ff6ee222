using System.IO.Pipelines;
using System.Threading.Channels;
using Grpc.Core;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Api;
using StockPipeline.Simulator.Faults;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Streaming;

/// <summary>
/// Is one market-data stream: its subscriptions, pings, faults and the queue to its client. Requests and turns of the market come one at a time
/// under the market's lock; only the writer runs beside them.
/// </summary>
internal sealed class MarketStream
{
    /// <summary>A client that lets more pile up is cut off.</summary>
    public const int LongestQueue = 100_000;

    /// <summary>Messages written before the connection is given them.</summary>
    private const int FlushEvery = 200;

    /// <summary>Lets a message wait for the next in the buffer of the connection.</summary>
    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    private const int DefaultPingMs = 120_000;

    private const int ShortestPingMs = 5_000;

    private const int LongestPingMs = 180_000;

    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(2);

    /// <summary>However fast the market, a client needs this long to subscribe.</summary>
    private static readonly TimeSpan ShortestRealIdle = TimeSpan.FromSeconds(5);

    private readonly StreamSettings settings;
    private readonly Subscriptions subscriptions;
    private readonly DelayedMessages delayed;
    private readonly Channel<Outgoing> queue = Channel.CreateBounded<Outgoing>(new BoundedChannelOptions(LongestQueue)
    {
        SingleReader = true, SingleWriter = false, FullMode = BoundedChannelFullMode.Wait,
    });
    private readonly TaskCompletionSource<StreamEnd> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long openedMs;
    private long pingMs = DefaultPingMs;
    private long lastPingMs;
    private long idleSinceMs;
    private long idleSinceReal;
    private long mutedUntilMs;

    public MarketStream(StreamSettings settings)
    {
        this.settings = settings;
        subscriptions = new Subscriptions(this, settings);
        delayed = new DelayedMessages(Enqueue);
        openedMs = lastPingMs = idleSinceMs = settings.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        idleSinceReal = settings.Real.GetTimestamp();
    }

    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>Ends when the server ends the stream, with the reason.</summary>
    public Task<StreamEnd> Ended => ended.Task;

    /// <summary>Only between two turns of the market.</summary>
    public void Handle(MarketDataRequest request)
    {
        switch (request.PayloadCase)
        {
            case MarketDataRequest.PayloadOneofCase.SubscribeCandlesRequest:
                subscriptions.Change(request.SubscribeCandlesRequest);
                break;
            case MarketDataRequest.PayloadOneofCase.SubscribeInfoRequest:
                subscriptions.Change(request.SubscribeInfoRequest);
                break;
            case MarketDataRequest.PayloadOneofCase.SubscribeLastPriceRequest:
                subscriptions.Change(request.SubscribeLastPriceRequest);
                break;
            case MarketDataRequest.PayloadOneofCase.GetMySubscriptions:
                subscriptions.List();
                break;
            case MarketDataRequest.PayloadOneofCase.Ping:
                Ping(settings.Clock.GetUtcNow().ToUnixTimeMilliseconds(), request.Ping);
                break;
            case MarketDataRequest.PayloadOneofCase.PingSettings:
                pingMs = Math.Clamp(request.PingSettings.PingDelayMs, ShortestPingMs, LongestPingMs);
                break;
            default:
                // Order books and trades are not simulated: silence would look like a market without any.
                End(new StreamEnd(ApiErrors.NoSuchMethod()));
                break;
        }
        if (subscriptions.Count > 0)
            idleSinceMs = long.MaxValue;
        else if (idleSinceMs == long.MaxValue)
            (idleSinceMs, idleSinceReal) = (settings.Clock.GetUtcNow().ToUnixTimeMilliseconds(), settings.Real.GetTimestamp());
    }

    /// <summary>A turn of the market: what is due in time.</summary>
    public void TakeTurn(long nowMs, int seconds)
    {
        var at = new FaultOpportunity(Id, Method: "MarketDataStream");
        for (var second = 0; second < seconds; second++)
        {
            if (settings.Faults.Strike(FaultKind.DropStream, at) is { } drop)
                End(new StreamEnd(ApiErrors.Gone(), drop.Manner));
            if (settings.Faults.Strike(FaultKind.MuteStream, at) is { } mute)
                mutedUntilMs = Math.Max(mutedUntilMs, nowMs + (long)mute.Lasting.TotalMilliseconds);
        }
        delayed.Release(nowMs);
        if (nowMs - lastPingMs >= pingMs)
            Ping(nowMs, null);
        if (idleSinceMs != long.MaxValue && nowMs - idleSinceMs > LongestIdle.TotalMilliseconds
            && settings.Real.GetElapsedTime(idleSinceReal) > ShortestRealIdle)
            End(new StreamEnd(ApiErrors.NoSubscriptions()));
        if (settings.Options.LongestStream is { } longest && nowMs - openedMs > longest.TotalMilliseconds)
            End(new StreamEnd(ApiErrors.StreamTooOld()));
    }

    public void Send(MarketDataResponse message) => Enqueue(new Outgoing(message));

    /// <summary>Sends a candle unless a fault has other plans for it.</summary>
    public void Offer(MarketDataResponse message, Feed feed, long openMs)
    {
        var at = new FaultOpportunity(feed.Listing.Ticker, feed.Listing, feed.Period, "MarketDataStream");
        var faults = settings.Faults;
        if (faults.Strike(FaultKind.LoseCandle, at) is not null)
            return;
        var outgoing = faults.Strike(FaultKind.MalformedFrame, at) is null
            ? new Outgoing(message)
            : new Outgoing(null, MalformedFrames.Make(faults.Roll()));
        var copies = faults.Strike(FaultKind.DuplicateCandle, at) is null ? 1 : 2;
        long delayMs = 0;
        if (faults.Strike(FaultKind.DelayCandle, at) is { } delay)
            delayMs = (long)delay.Lasting.TotalMilliseconds;
        if (faults.Strike(FaultKind.ReorderCandle, at) is { } reorder)
            delayMs += (long)(reorder.Lasting.TotalMilliseconds * faults.Roll());
        for (var copy = 0; copy < copies; copy++)
            delayed.Add(outgoing, (feed.Listing.Figi, feed.Period.Number, openMs), delayMs, settings.Clock);
    }

    /// <summary>Writes what is queued until the stream ends.</summary>
    /// <param name="output">Takes the messages.</param>
    /// <param name="raw">The same connection, for bytes that make no message.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task WriteAsync(IServerStreamWriter<MarketDataResponse> output, PipeWriter raw, CancellationToken cancellationToken)
    {
        var unflushed = 0;
        while (await queue.Reader.WaitToReadAsync(cancellationToken))
        {
            while (queue.Reader.TryRead(out var next))
            {
                if (ended.Task.IsCompletedSuccessfully && !(await ended.Task).IsGood)
                    return;
                unflushed = queue.Reader.Count == 0 || unflushed == FlushEvery ? 0 : unflushed + 1;
                output.WriteOptions = unflushed == 0 ? null : Buffered;
                if (next.Message is { } message)
                    await output.WriteAsync(message, cancellationToken);
                else
                    await raw.WriteAsync(next.Malformed, cancellationToken);
            }
        }
    }

    /// <summary>The first reason holds. What is queued already is still written where the end is a good one.</summary>
    public void End(StreamEnd reason)
    {
        ended.TrySetResult(reason);
        queue.Writer.TryComplete();
    }

    private void Ping(long nowMs, PingRequest? request)
    {
        var ping = new Ping { Time = ApiMessages.Time(nowMs), StreamId = Id };
        if (request is { Time: { } asked })
            ping.PingRequestTime = asked;
        else if (request is not null)
            ping.PingRequestTime = ApiMessages.Time(nowMs);
        if (request is null)
            lastPingMs = nowMs;
        Send(new MarketDataResponse { Ping = ping });
    }

    private void Enqueue(Outgoing message)
    {
        if (mutedUntilMs > 0 && settings.Clock.GetUtcNow().ToUnixTimeMilliseconds() < mutedUntilMs)
            return;
        if (!queue.Writer.TryWrite(message) && !ended.Task.IsCompleted)
            End(new StreamEnd(ApiErrors.TooSlow()));
    }
}

/// <summary>Says why a stream ends, and how its client gets to know.</summary>
/// <param name="Refusal">What the client is told; nothing where all is well.</param>
/// <param name="Manner">How it is told.</param>
internal sealed record StreamEnd(RpcException? Refusal, DropManner Manner = DropManner.Status)
{
    public static readonly StreamEnd Good = new(Refusal: null);

    public bool IsGood => Manner == DropManner.Status && Refusal is null;

    public override string ToString() => $"{Refusal?.Status.ToString() ?? "as asked"} ({Manner})";
}

/// <summary>Holds what every stream of one simulator shares.</summary>
internal sealed record StreamSettings(
    SimulatorOptions Options, ReferenceMarket Market, LiveMarket Live, FaultInjector Faults, TimeProvider Clock, ILogger Log)
{
    public TimeProvider Real => Options.Clock;

    public ApiQuotas Quotas => Options.Quotas;
}
