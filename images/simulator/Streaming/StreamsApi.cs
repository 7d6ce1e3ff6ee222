using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;
using StockPipeline.Simulator.Faults;
using StockPipeline.Simulator.Grpc;

namespace StockPipeline.Simulator.Streaming;

/// <summary>MarketDataStreamService: both kinds of streams.</summary>
internal sealed class StreamsApi(StreamSettings settings, StreamSlots slots)
{
    /// <summary>Subscriptions are changed by requests while the stream lives.</summary>
    public Task MarketDataStreamAsync(GrpcCall call)
    {
        var reader = new GrpcFrameReader<MarketDataRequest>(call.Http.Request.BodyReader, MarketDataRequest.Parser, GrpcLimits.RequestMessageBytes);
        return ServeAsync(call, async (stream, stop) =>
        {
            while (await reader.ReadAsync(stop) is { } request)
                settings.Live.Between(_ => stream.Handle(request));
            // A client that ends its half has nothing more to ask and wants the stream to end.
            stream.End(GrpcStatus.Ok);
        });
    }

    /// <summary>Subscriptions are fixed at the start.</summary>
    public async Task MarketDataServerSideStreamAsync(GrpcCall call)
    {
        var reader = new GrpcFrameReader<MarketDataServerSideStreamRequest>(
            call.Http.Request.BodyReader, MarketDataServerSideStreamRequest.Parser, GrpcLimits.RequestMessageBytes);
        var wanted = await reader.ReadAsync(call.Http.RequestAborted)
            ?? throw new GrpcException(new GrpcStatus(GrpcStatusCode.Internal, "the request has no message"));
        await ServeAsync(call, (stream, _) =>
        {
            foreach (var request in Requests(wanted))
                settings.Live.Between(_ => stream.Handle(request));
            return Task.CompletedTask;
        });
    }

    private async Task ServeAsync(GrpcCall call, Func<MarketStream, CancellationToken, Task> readAsync)
    {
        slots.Take(call.Token);
        var stream = new MarketStream(settings);
        try
        {
            settings.Live.Add(stream);
            Log.StreamOpened(settings.Log, stream.Id);
            call.WriteHeaders();
            // Headers go out at once: a client may wait for them before it asks for anything.
            await call.Http.Response.BodyWriter.FlushAsync(call.Http.RequestAborted);
            var end = await RunAsync(stream, call.Http, readAsync);
            if (end.Manner == DropManner.Status)
                await call.EndAsync(end.Status);
            else
                call.Break(end.Manner);
        }
        finally
        {
            settings.Live.Remove(stream);
            slots.Release(call.Token);
        }
    }

    private async Task<StreamEnd> RunAsync(MarketStream stream, HttpContext http, Func<MarketStream, CancellationToken, Task> readAsync)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var reading = readAsync(stream, stop.Token);
        var writing = stream.WriteAsync(http.Response.BodyWriter, stop.Token);
        try
        {
            // That nothing more is read is no end; a failure to read is.
            if (await Task.WhenAny(reading, writing, stream.Ended) == reading)
            {
                await reading;
                await Task.WhenAny(writing, stream.Ended);
            }
            var reason = stream.Ended.IsCompleted ? await stream.Ended : null;
            if (reason is null or { IsGood: true })
                await writing;
            reason ??= await stream.Ended;
            Log.StreamEnded(settings.Log, stream.Id, reason.ToString());
            return reason;
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            Log.StreamEnded(settings.Log, stream.Id, "the client left");
            throw;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(reading, writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static IEnumerable<MarketDataRequest> Requests(MarketDataServerSideStreamRequest wanted)
    {
        if (wanted.PingSettings is { } pings)
            yield return new MarketDataRequest { PingSettings = pings };
        if (wanted.SubscribeCandlesRequest is { } candles)
            yield return new MarketDataRequest { SubscribeCandlesRequest = candles };
        if (wanted.SubscribeInfoRequest is { } infos)
            yield return new MarketDataRequest { SubscribeInfoRequest = infos };
        if (wanted.SubscribeLastPriceRequest is { } prices)
            yield return new MarketDataRequest { SubscribeLastPriceRequest = prices };
    }
}
