using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;
using StockPipeline.Market.Mapping;

namespace StockPipeline.Market.Streams;

/// <summary>One connection of a market stream, from its opening to its end: a loop that reads, a loop that asks, and a watch on silence.</summary>
internal sealed class MarketSession(
    IDuplexCall<MarketDataRequest, MarketDataResponse> call, SubscriptionBook book, MarketStreamOptions options, StreamClocks clocks,
    ChannelWriter<MarketEvent> events, Bell changed, ILogger log)
{
    private readonly RequestPace pace = new(options.RequestsPerMinute);
    private GrpcStatus? ownReason;
    private long lastArrival = clocks.Network.GetTimestamp();
    private long listening = clocks.Elapsed.Ticks;
    private bool ownerIsBusy;
    private bool connected;

    /// <summary>Something was subscribed: the connection was worth having.</summary>
    public bool HasWorked { get; private set; }

    /// <summary>Runs until the stream ends; tells how it ended, or null when it was ended because nothing is wanted any more.</summary>
    public async Task<GrpcStatus?> RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var watch = clocks.Network.CreateTimer(_ => Watch(ending), null, options.Silence / 4, options.Silence / 4);
        var asking = AskAsync(ending);
        try
        {
            await ReadAsync(ending.Token);
            return new GrpcStatus(GrpcStatusCode.Unavailable, "the server has ended the stream");
        }
        catch (Exception over) when (over is OperationCanceledException or GrpcException)
        {
            // A call that was cancelled may end as a broken connection; the reason is still why it was cancelled.
            stop.ThrowIfCancellationRequested();
            if (ending.IsCancellationRequested)
                return ownReason;
            if (over is GrpcException lost)
                return lost.Status;
            throw;
        }
        finally
        {
            End(ending, null);
            await asking;
        }
    }

    private async Task ReadAsync(CancellationToken stop)
    {
        while (await call.ReadAsync(stop) is { } message)
        {
            Volatile.Write(ref lastArrival, clocks.Network.GetTimestamp());
            if (!connected)
            {
                connected = true;
                Log.StreamConnected(log);
                await TellAsync(new Connected(clocks.Market.GetUtcNow()), stop);
            }
            switch (message.PayloadCase)
            {
                case MarketDataResponse.PayloadOneofCase.Candle:
                    await ReceiveAsync(message.Candle, stop);
                    break;
                case MarketDataResponse.PayloadOneofCase.SubscribeCandlesResponse:
                    await AnsweredAsync(message.SubscribeCandlesResponse, stop);
                    break;
                case MarketDataResponse.PayloadOneofCase.Ping when message.Ping.Time is { } time:
                    await TellAsync(new Heartbeat(time.ToDateTimeOffset()), stop);
                    break;
            }
        }
    }

    private ValueTask ReceiveAsync(Candle candle, CancellationToken stop)
    {
        if (book.Received(candle, clocks.Market.GetUtcNow()) is not { } subscription)
            return ValueTask.CompletedTask;
        try
        {
            return TellAsync(new CandleReceived(candle.ToRecord(subscription.Figi, subscription.Interval), subscription.Interval), stop);
        }
        catch (Exception unusable) when (unusable is FormatException or OverflowException)
        {
            Log.CandleRejected(log, subscription.Figi.Value, subscription.Interval.Name, unusable.Message);
            return TellAsync(new CandleRejected(subscription, unusable.Message), stop);
        }
    }

    private async Task AnsweredAsync(SubscribeCandlesResponse response, CancellationToken stop)
    {
        foreach (var told in book.Answered(response, clocks.Elapsed, clocks.Market.GetUtcNow()))
        {
            HasWorked |= told is Subscribed;
            await TellAsync(told, stop);
        }
        foreach (var vanished in book.TakeVanished())
            Log.SubscriptionVanished(log, vanished.Figi.Value, vanished.Interval.Name);
        changed.Ring();
    }

    private ValueTask TellAsync(MarketEvent told, CancellationToken stop) =>
        events.TryWrite(told) ? ValueTask.CompletedTask : TellBusyOwnerAsync(told, stop);

    private async ValueTask TellBusyOwnerAsync(MarketEvent told, CancellationToken stop)
    {
        // While nothing is read because the owner is busy, silence says nothing about the server.
        Volatile.Write(ref ownerIsBusy, true);
        try
        {
            await events.WriteAsync(told, stop);
        }
        finally
        {
            Volatile.Write(ref lastArrival, clocks.Network.GetTimestamp());
            Volatile.Write(ref listening, clocks.Elapsed.Ticks);
            Volatile.Write(ref ownerIsBusy, false);
        }
    }

    /// <summary>Sends what the book says is due. Its end for any reason of its own ends the session.</summary>
    private async Task AskAsync(CancellationTokenSource ending)
    {
        var stop = ending.Token;
        try
        {
            var ping = new PingDelaySettings { PingDelayMs = (int)options.Ping.TotalMilliseconds };
            await call.WriteAsync(new MarketDataRequest { PingSettings = ping }, stop);
            var audited = clocks.Elapsed;
            while (true)
            {
                while (NextRequest(ref audited) is { } request)
                    await call.WriteAsync(request, stop);
                if (!AreAnswered(out var leftOut))
                    End(ending, new GrpcStatus(GrpcStatusCode.Unavailable, $"no answer to a request within {options.Answer.TotalSeconds:0.###} s"));
                else if (book.IsEmpty)
                    End(ending, null);
                foreach (var refused in leftOut)
                    await TellAsync(refused, stop);
                await WaitForChangeAsync(stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over; whoever ended it has given the reason.
        }
        catch (GrpcException)
        {
            // The call is over, and the reader gets to know why.
        }
    }

    private bool AreAnswered(out IReadOnlyList<SubscriptionRefused> leftOut)
    {
        leftOut = [];
        // What the owner keeps from being read may well be the answer.
        return Volatile.Read(ref ownerIsBusy)
            || book.CheckAnswers(clocks.Elapsed, TimeSpan.FromTicks(Volatile.Read(ref listening)), out leftOut);
    }

    private MarketDataRequest? NextRequest(ref TimeSpan audited)
    {
        var now = clocks.Elapsed;
        if (!pace.IsFree(now))
            return null;
        var request = book.NextRequest(now);
        if (request is null && now - audited >= options.Audit)
        {
            request = book.BeginAudit(now, clocks.Market.GetUtcNow());
            audited = request is null ? audited : now;
        }
        if (request is not null)
            pace.Count(now);
        return request;
    }

    private async Task WaitForChangeAsync(CancellationToken stop)
    {
        using var tick = new CancellationTokenSource(options.Tick, clocks.Network);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, stop);
        try
        {
            await changed.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Time to look again.
        }
    }

    private void Watch(CancellationTokenSource ending)
    {
        if (!Volatile.Read(ref ownerIsBusy) && clocks.Network.GetElapsedTime(Volatile.Read(ref lastArrival)) >= options.Silence)
            End(ending, new GrpcStatus(GrpcStatusCode.Unavailable, $"nothing has come for {options.Silence.TotalSeconds:0.###} s"));
    }

    private void End(CancellationTokenSource ending, GrpcStatus? reason)
    {
        ownReason ??= reason;
        try
        {
            ending.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The watch has fired while the session was ending by itself.
        }
    }
}
