using System.Buffers;
using Microsoft.AspNetCore.Http;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;
using StockPipeline.Testing;

namespace StockPipeline.MarketTests.Server;

/// <summary>One market-data stream as the server sees it: expect this request, send that reply, drop.</summary>
internal sealed class ScriptedStream
{
    private readonly HttpContext context;
    private readonly GrpcFrameReader<MarketDataRequest> requests;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource over = new();
    private readonly CancellationTokenRegistration abortion;
    private readonly SemaphoreSlim turn = new(1, 1);

    public ScriptedStream(HttpContext context)
    {
        this.context = context;
        requests = new GrpcFrameReader<MarketDataRequest>(context.Request.BodyReader, MarketDataRequest.Parser, GrpcLimits.RequestMessageBytes);
        context.Response.ContentType = GrpcHeaders.ContentType;
        abortion = context.RequestAborted.Register(Over);
    }

    /// <summary>Over, by whichever side.</summary>
    public Task Ended => ended.Task;

    public bool IsOver => ended.Task.IsCompleted;

    /// <summary>The next request, whatever it is; null when the client has gone.</summary>
    public async Task<MarketDataRequest?> ReadAsync()
    {
        try
        {
            return await requests.ReadAsync(over.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or GrpcException)
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

    public Task SendAsync(MarketDataResponse message) => WriteAsync(output => GrpcFrame.Write(output, message));

    public Task SendRawAsync(byte[] bytes) => WriteAsync(output => output.Write(bytes));

    /// <summary>Ends the call with a status in the trailers.</summary>
    public async Task EndAsync(GrpcStatus status)
    {
        await turn.WaitAsync();
        if (!IsOver && context.Response.HasStarted)
            status.Write((name, value) => context.Response.AppendTrailer(name, value));
        else if (!IsOver)
            status.Write((name, value) => context.Response.Headers[name] = value);
        Over();
        turn.Release();
    }

    /// <summary>Resets the call without a word.</summary>
    public void Drop()
    {
        turn.Wait();
        if (!IsOver)
            context.Abort();
        Over();
        turn.Release();
    }

    /// <summary>Waits until the stream is over and nobody touches its context any more, which the server then gives to another.</summary>
    public async Task CloseAsync()
    {
        await ended.Task;
        await turn.WaitAsync();
        turn.Release();
        await abortion.DisposeAsync();
    }

    private void Over()
    {
        ended.TrySetResult();
        over.Cancel();
    }

    private async Task WriteAsync(Action<IBufferWriter<byte>> write)
    {
        await turn.WaitAsync();
        try
        {
            if (IsOver)
                return;
            write(context.Response.BodyWriter);
            await context.Response.BodyWriter.FlushAsync(over.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or InvalidOperationException)
        {
            // The client has gone, which a script learns from Ended.
        }
        finally
        {
            turn.Release();
        }
    }
}
