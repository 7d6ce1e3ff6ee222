using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;
using StockPipeline.Simulator.Api;
using StockPipeline.Simulator.Faults;
using StockPipeline.Simulator.Grpc;

namespace StockPipeline.Simulator.Streaming;

/// <summary>
/// One market-data stream: its subscriptions, pings, faults and the queue to its client. Requests and turns of the market come one at a time
/// under the market's lock; only the writer runs beside them.
/// </summary>
internal sealed class MarketStream
{
    /// <summary>A client that lets more pile up is cut off.</summary>
    public const int LongestQueue = 100_000;

    private const int FlushBytes = 64 * 1024;

    private const int DefaultPingMs = 120_000;

    private const int ShortestPingMs = 5_000;

    private const int LongestPingMs = 180_000;

    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(2);

    /// <summary>However fast the market, a client needs this long to subscribe.</summary>
    private static readonly TimeSpan ShortestRealIdle = TimeSpan.FromSeconds(5);

    private readonly StreamSettings settings;
    private readonly Subscriptions subscriptions;
    private readonly DelayedFrames delayed;
    private readonly Channel<byte[]> queue = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(LongestQueue)
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
        delayed = new DelayedFrames(Enqueue);
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
                End(ApiErrors.NoSuchMethod().Status);
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
                End(new StreamEnd(ApiErrors.Gone().Status, drop.Manner));
            if (settings.Faults.Strike(FaultKind.MuteStream, at) is { } mute)
                mutedUntilMs = Math.Max(mutedUntilMs, nowMs + (long)mute.Lasting.TotalMilliseconds);
        }
        delayed.Release(nowMs);
        if (nowMs - lastPingMs >= pingMs)
            Ping(nowMs, null);
        if (idleSinceMs != long.MaxValue && nowMs - idleSinceMs > LongestIdle.TotalMilliseconds
            && settings.Real.GetElapsedTime(idleSinceReal) > ShortestRealIdle)
            End(ApiErrors.NoSubscriptions().Status);
        if (settings.Options.LongestStream is { } longest && nowMs - openedMs > longest.TotalMilliseconds)
            End(ApiErrors.StreamTooOld().Status);
    }

    public void Send(MarketDataResponse message) => Send(Frames.Encode(message));

    public void Send(byte[] frame) => Enqueue(frame);

    /// <summary>Sends a candle unless a fault has other plans for it.</summary>
    public void Offer(byte[] frame, Feed feed, long openMs)
    {
        var at = new FaultOpportunity(feed.Listing.Ticker, feed.Listing, feed.Period, "MarketDataStream");
        var faults = settings.Faults;
        if (faults.Strike(FaultKind.LoseCandle, at) is not null)
            return;
        if (faults.Strike(FaultKind.MalformedFrame, at) is not null)
            frame = MalformedFrames.Make(faults.Roll());
        var copies = faults.Strike(FaultKind.DuplicateCandle, at) is null ? 1 : 2;
        long delayMs = 0;
        if (faults.Strike(FaultKind.DelayCandle, at) is { } delay)
            delayMs = (long)delay.Lasting.TotalMilliseconds;
        if (faults.Strike(FaultKind.ReorderCandle, at) is { } reorder)
            delayMs += (long)(reorder.Lasting.TotalMilliseconds * faults.Roll());
        for (var copy = 0; copy < copies; copy++)
            delayed.Add(frame, (feed.Listing.Figi, feed.Period.Number, openMs), delayMs, settings.Clock);
    }

    /// <summary>Writes what is queued until the stream ends.</summary>
    public async Task WriteAsync(PipeWriter output, CancellationToken stop)
    {
        while (await queue.Reader.WaitToReadAsync(stop))
        {
            var unflushed = 0;
            while (unflushed < FlushBytes && queue.Reader.TryRead(out var frame))
            {
                output.Write(frame);
                unflushed += frame.Length;
            }
            await output.FlushAsync(stop);
        }
    }

    /// <summary>The first reason holds. What is queued already is still written where the end is a good one.</summary>
    public void End(GrpcStatus reason) => End(new StreamEnd(reason));

    private void End(StreamEnd reason)
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

    private void Enqueue(byte[] frame)
    {
        if (mutedUntilMs > 0 && settings.Clock.GetUtcNow().ToUnixTimeMilliseconds() < mutedUntilMs)
            return;
        if (!queue.Writer.TryWrite(frame) && !ended.Task.IsCompleted)
            End(ApiErrors.TooSlow().Status);
    }
}
