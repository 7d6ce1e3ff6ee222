using System.Threading.Channels;
using Grpc.Core;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using StockPipeline.Market.Mapping;

namespace StockPipeline.Market.Streams;

/// <summary>Serves one connection of a stream from its opening to its end: a loop that reads, a loop that asks, and a watch on silence.</summary>
internal sealed class MarketSession(int stream, StreamSetup setup, SubscriptionTracker tracker, AsyncAutoResetEvent changed, Action opened)
{
    private readonly MarketStreamOptions options = setup.Options;
    private readonly StreamClocks clocks = setup.Clocks;
    private readonly ChannelWriter<MarketEvent> events = setup.Events;
    private readonly RequestPace pace = new(setup.Options.RequestsPerMinute);
    private CallStatus? ownReason;
    private long lastArrival = setup.Clocks.Network.GetTimestamp();
    private long listening = setup.Clocks.Elapsed.Ticks;
    private bool ownerIsBusy;
    private bool connected;

    /// <summary>Something was subscribed: the connection was worth having.</summary>
    public bool HasWorked { get; private set; }

    /// <summary>Runs until the stream ends; tells how it ended, or null when it was ended because nothing is wanted any more.</summary>
    public async Task<CallStatus?> RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = setup.Open(ending.Token);
        await using var watch = clocks.Network.CreateTimer(_ => Watch(ending), null, options.Silence / 4, options.Silence / 4);
        var asking = AskAsync(call.RequestStream, ending);
        try
        {
            await ReadAsync(call.ResponseStream, ending.Token);
            return new CallStatus(StatusCode.Unavailable, "the server has ended the stream");
        }
        catch (Exception over) when (over is OperationCanceledException or RpcException)
        {
            // A call that was cancelled may end as a broken connection; the reason is still why it was cancelled.
            cancellationToken.ThrowIfCancellationRequested();
            if (ending.IsCancellationRequested)
                return ownReason;
            if (over is RpcException lost)
                return CallStatus.Of(lost);
            throw;
        }
        finally
        {
            End(ending, null);
            await asking;
        }
    }

    /// <summary>The call has the token already: one given to each read would be linked anew for each message.</summary>
    private async Task ReadAsync(IAsyncStreamReader<MarketDataResponse> messages, CancellationToken cancellationToken)
    {
        while (await messages.MoveNext(CancellationToken.None))
        {
            var message = messages.Current;
            Volatile.Write(ref lastArrival, clocks.Network.GetTimestamp());
            if (!connected)
            {
                connected = true;
                opened();
                Log.StreamConnected(setup.Log);
                await TellAsync(new Connected(stream, clocks.Market.GetUtcNow()), cancellationToken);
            }
            switch (message.PayloadCase)
            {
                case MarketDataResponse.PayloadOneofCase.Candle:
                    await ReceiveAsync(message.Candle, cancellationToken);
                    break;
                case MarketDataResponse.PayloadOneofCase.SubscribeCandlesResponse:
                    await AnsweredAsync(message.SubscribeCandlesResponse, cancellationToken);
                    break;
                case MarketDataResponse.PayloadOneofCase.Ping when message.Ping.Time is { } time:
                    await TellAsync(new Heartbeat(time.ToDateTimeOffset()), cancellationToken);
                    break;
            }
        }
    }

    private ValueTask ReceiveAsync(Candle candle, CancellationToken cancellationToken)
    {
        if (tracker.Received(candle, clocks.Market.GetUtcNow()) is not { } subscription)
            return ValueTask.CompletedTask;
        try
        {
            return TellAsync(new CandleReceived(candle.ToRecord(subscription.Figi, subscription.Interval), subscription.Interval), cancellationToken);
        }
        catch (Exception unusable) when (unusable is FormatException or OverflowException)
        {
            Log.CandleRejected(setup.Log, subscription.Figi.Value, subscription.Interval.Name, unusable.Message);
            return TellAsync(new CandleRejected(subscription, unusable.Message), cancellationToken);
        }
    }

    private async Task AnsweredAsync(SubscribeCandlesResponse response, CancellationToken cancellationToken)
    {
        foreach (var told in tracker.Answered(response, clocks.Elapsed, clocks.Market.GetUtcNow()))
        {
            HasWorked |= told is Subscribed;
            await TellAsync(told, cancellationToken);
        }
        foreach (var vanished in tracker.TakeVanished())
            Log.SubscriptionVanished(setup.Log, vanished.Figi.Value, vanished.Interval.Name);
        changed.Set();
    }

    private ValueTask TellAsync(MarketEvent told, CancellationToken cancellationToken) =>
        events.TryWrite(told) ? ValueTask.CompletedTask : TellBusyOwnerAsync(told, cancellationToken);

    private async ValueTask TellBusyOwnerAsync(MarketEvent told, CancellationToken cancellationToken)
    {
        // While nothing is read because the owner is busy, silence says nothing about the server.
        Volatile.Write(ref ownerIsBusy, true);
        try
        {
            await events.WriteAsync(told, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref lastArrival, clocks.Network.GetTimestamp());
            Volatile.Write(ref listening, clocks.Elapsed.Ticks);
            Volatile.Write(ref ownerIsBusy, false);
        }
    }

    /// <summary>Sends what the tracker says is due. Its end for any reason of its own ends the session.</summary>
    private async Task AskAsync(IClientStreamWriter<MarketDataRequest> requests, CancellationTokenSource ending)
    {
        var cancellationToken = ending.Token;
        try
        {
            var ping = new PingDelaySettings { PingDelayMs = (int)options.Ping.TotalMilliseconds };
            await requests.WriteAsync(new MarketDataRequest { PingSettings = ping });
            var audited = clocks.Elapsed;
            while (true)
            {
                while (NextRequest(ref audited) is { } request)
                    await requests.WriteAsync(request);
                if (!AreAnswered(out var leftOut))
                    End(ending, new CallStatus(StatusCode.Unavailable, $"no answer to a request within {options.Answer.TotalSeconds:0.###} s"));
                else if (tracker.IsEmpty)
                    End(ending, null);
                foreach (var refused in leftOut)
                    await TellAsync(refused, cancellationToken);
                await WaitForChangeAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over; whoever ended it has given the reason.
        }
        catch (RpcException)
        {
            // The call is over, and the reader gets to know why.
        }
    }

    private bool AreAnswered(out IReadOnlyList<SubscriptionRefused> leftOut)
    {
        leftOut = [];
        // What the owner keeps from being read may well be the answer.
        return Volatile.Read(ref ownerIsBusy)
            || tracker.CheckAnswers(clocks.Elapsed, TimeSpan.FromTicks(Volatile.Read(ref listening)), out leftOut);
    }

    private MarketDataRequest? NextRequest(ref TimeSpan audited)
    {
        var now = clocks.Elapsed;
        if (!pace.IsFree(now))
            return null;
        var request = tracker.NextRequest(now);
        if (request is null && now - audited >= options.Audit)
        {
            request = tracker.BeginAudit(now, clocks.Market.GetUtcNow());
            audited = request is null ? audited : now;
        }
        if (request is not null)
            pace.Count(now);
        return request;
    }

    private async Task WaitForChangeAsync(CancellationToken cancellationToken)
    {
        using var tick = new CancellationTokenSource(options.Tick, clocks.Network);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, cancellationToken);
        try
        {
            await changed.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to look again.
        }
    }

    private void Watch(CancellationTokenSource ending)
    {
        if (!Volatile.Read(ref ownerIsBusy) && clocks.Network.GetElapsedTime(Volatile.Read(ref lastArrival)) >= options.Silence)
            End(ending, new CallStatus(StatusCode.Unavailable, $"nothing has come for {options.Silence.TotalSeconds:0.###} s"));
    }

    private void End(CancellationTokenSource ending, CallStatus? reason)
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

/// <summary>Keeps the requests of one stream within so many in any minute.</summary>
internal sealed class RequestPace(int perMinute)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Queue<TimeSpan> sent = new(perMinute);

    /// <summary>Whether one more may be sent now.</summary>
    public bool IsFree(TimeSpan now)
    {
        while (sent.Count > 0 && now - sent.Peek() >= Minute)
            sent.Dequeue();
        return sent.Count < perMinute;
    }

    public void Count(TimeSpan now) => sent.Enqueue(now);
}
