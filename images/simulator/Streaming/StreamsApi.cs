using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;
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
            // A client may end its half of the stream and go on listening.
            while (await reader.ReadAsync(stop) is { } request)
                settings.Live.Between(_ => stream.Handle(request));
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
            await call.EndAsync((await RunAsync(stream, call.Http, readAsync)).Status);
        }
        finally
        {
            settings.Live.Remove(stream);
            slots.Release(call.Token);
        }
    }

    private async Task<GrpcException> RunAsync(MarketStream stream, HttpContext http, Func<MarketStream, CancellationToken, Task> readAsync)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var reading = readAsync(stream, stop.Token);
        var writing = stream.WriteAsync(http.Response.BodyWriter, stop.Token);
        try
        {
            // The end of the reading half alone is no end; a failure of it is.
            if (await Task.WhenAny(reading, writing, stream.Ended) == reading)
            {
                await reading;
                await Task.WhenAny(writing, stream.Ended);
            }
            if (!stream.Ended.IsCompleted)
                await writing;
            var reason = await stream.Ended;
            Log.StreamEnded(settings.Log, stream.Id, reason.Message);
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
