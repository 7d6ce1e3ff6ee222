using Grpc.Core;
using StockPipeline.Market.Contract;
using StockPipeline.Testing;

namespace StockPipeline.MarketTests.Server;

/// <summary>One market-data stream as the server sees it: expect this request, send that reply, drop.</summary>
internal sealed class ScriptedStream(
    IAsyncStreamReader<MarketDataRequest> requests, IServerStreamWriter<MarketDataResponse> replies, ServerCallContext context)
{
    private readonly TaskCompletionSource<RpcException?> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Over, by whichever side.</summary>
    public Task Ended => ended.Task;

    public bool IsOver => ended.Task.IsCompleted;

    /// <summary>Serves until the script or the client ends the stream.</summary>
    public async Task RunAsync()
    {
        await using var abortion = context.CancellationToken.Register(() => ended.TrySetResult(null));
        var how = await ended.Task;
        // Nobody touches the context any more once this returns, for the server gives it to another call.
        await turn.WaitAsync();
        if (how is not null)
            throw how;
    }

    /// <summary>The next request, whatever it is; null when the client has gone.</summary>
    public async Task<MarketDataRequest?> ReadAsync()
    {
        try
        {
            return await requests.MoveNext(CancellationToken.None) ? requests.Current : null;
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or RpcException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The next request of this kind; pings settings on the way are skipped.</summary>
    public async Task<MarketDataRequest> ExpectAsync(MarketDataRequest.PayloadOneofCase kind)
    {
        while (true)
        {
            var request = await ReadAsync().WaitAsync(Eventually.Patience, TimeProvider.System)
                ?? throw new InvalidOperationException("The client has gone.");
            if (request.PayloadCase == kind)
                return request;
            Assert.Equal(MarketDataRequest.PayloadOneofCase.PingSettings, request.PayloadCase);
        }
    }

    public async Task<SubscribeCandlesRequest> ExpectSubscriptionAsync(SubscriptionAction action = SubscriptionAction.Subscribe)
    {
        var request = (await ExpectAsync(MarketDataRequest.PayloadOneofCase.SubscribeCandlesRequest)).SubscribeCandlesRequest;
        Assert.Equal(action, request.SubscriptionAction);
        return request;
    }

    /// <summary>Expects a subscription and confirms all of it.</summary>
    public async Task<SubscribeCandlesRequest> ConfirmAsync()
    {
        var request = await ExpectSubscriptionAsync();
        await AnswerAsync(request, _ => SubscriptionStatus.Success);
        return request;
    }

    public Task AnswerAsync(SubscribeCandlesRequest request, Func<CandleInstrument, SubscriptionStatus> status) =>
        SendAsync(new MarketDataResponse { SubscribeCandlesResponse = Reply(request.Instruments, status, request.SubscriptionAction) });

    public static SubscribeCandlesResponse Reply(
        IEnumerable<CandleInstrument> instruments,
        Func<CandleInstrument, SubscriptionStatus> status,
        SubscriptionAction action = SubscriptionAction.Subscribe) => new()
    {
        CandlesSubscriptions =
        {
            instruments.Select(one => new CandleSubscription
            {
                Figi = Samples.FigiOf(one.InstrumentId),
                InstrumentUid = one.InstrumentId,
                Interval = one.Interval,
                SubscriptionStatus = status(one),
                SubscriptionAction = action,
            }),
        },
    };

    public Task SendAsync(MarketDataResponse message) => WriteAsync(() => replies.WriteAsync(message));

    public Task SendRawAsync(byte[] bytes) =>
        WriteAsync(async () => await context.GetHttpContext().Response.BodyWriter.WriteAsync(bytes, context.CancellationToken));

    /// <summary>Ends the call with a status.</summary>
    public void End(StatusCode code, string detail = "") => ended.TrySetResult(ScriptedServer.Error(code, detail));

    /// <summary>Resets the call without a word.</summary>
    public void Drop()
    {
        turn.Wait();
        if (!IsOver)
            context.GetHttpContext().Abort();
        ended.TrySetResult(null);
        turn.Release();
    }

    private async Task WriteAsync(Func<Task> write)
    {
        await turn.WaitAsync();
        try
        {
            if (!IsOver)
                await write();
        }
        catch (Exception gone) when (gone is OperationCanceledException or InvalidOperationException or IOException)
        {
            // The client has gone, which a script learns from Ended.
        }
        finally
        {
            turn.Release();
        }
    }
}
