using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Api;
using StockPipeline.Simulator.Faults;

namespace StockPipeline.Simulator.Streaming;

/// <summary>Serves MarketDataStreamService: both kinds of streams.</summary>
internal sealed class StreamsApi(StreamSettings settings, StreamSlots slots) : MarketDataStreamService.MarketDataStreamServiceBase
{
    /// <summary>CANCEL of HTTP/2, with which the API resets its streams.</summary>
    private const int CancelErrorCode = 8;

    /// <summary>A client that does not take the message under way in this time does not get to know the reason.</summary>
    private static readonly TimeSpan LongestLastWrite = TimeSpan.FromSeconds(2);

    /// <summary>Subscriptions are changed by requests while the stream lives.</summary>
    public override Task MarketDataStream(
        IAsyncStreamReader<MarketDataRequest> requestStream, IServerStreamWriter<MarketDataResponse> responseStream, ServerCallContext context) =>
        ServeAsync(responseStream, context, async (stream, cancellationToken) =>
        {
            while (await requestStream.MoveNext(cancellationToken))
                settings.Live.Between(_ => stream.Handle(requestStream.Current));
            // A client that ends its half has nothing more to ask and wants the stream to end.
            stream.End(StreamEnd.Good);
        });

    /// <summary>Subscriptions are fixed at the start.</summary>
    public override Task MarketDataServerSideStream(
        MarketDataServerSideStreamRequest request, IServerStreamWriter<MarketDataResponse> responseStream, ServerCallContext context) =>
        ServeAsync(responseStream, context, (stream, _) =>
        {
            foreach (var one in Requests(request))
                settings.Live.Between(_ => stream.Handle(one));
            return Task.CompletedTask;
        });

    private async Task ServeAsync(
        IServerStreamWriter<MarketDataResponse> responses, ServerCallContext context, Func<MarketStream, CancellationToken, Task> readAsync)
    {
        var token = ApiInterceptor.TokenOf(context);
        slots.Take(token);
        var stream = new MarketStream(settings);
        try
        {
            settings.Live.Add(stream);
            Log.StreamOpened(settings.Log, stream.Id);
            // Headers go out at once: a client may wait for them before it asks for anything.
            await context.WriteResponseHeadersAsync(new Metadata { { InvestHeaders.TrackingId, ApiInterceptor.TrackingId() } });
            var end = await RunAsync(stream, responses, context, readAsync);
            if (end.Manner != DropManner.Status)
                Break(context.GetHttpContext(), end.Manner);
            else if (end.Refusal is { } refusal)
                throw refusal;
        }
        finally
        {
            settings.Live.Remove(stream);
            slots.Release(token);
        }
    }

    private async Task<StreamEnd> RunAsync(
        MarketStream stream, IServerStreamWriter<MarketDataResponse> responses, ServerCallContext context,
        Func<MarketStream, CancellationToken, Task> readAsync)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var reading = readAsync(stream, stop.Token);
        var writing = stream.WriteAsync(responses, context.GetHttpContext().Response.BodyWriter, stop.Token);
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
        catch (Exception) when (context.CancellationToken.IsCancellationRequested)
        {
            Log.StreamEnded(settings.Log, stream.Id, "the client left");
            throw;
        }
        finally
        {
            // To cancel a write resets the call, and the status would be lost with it.
            await writing.WaitAsync(LongestLastWrite, settings.Real).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await stop.CancelAsync();
            await Task.WhenAll(reading, writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends the call as a server or a network does that cannot end it well.</summary>
    private static void Break(HttpContext http, DropManner manner)
    {
        if (manner == DropManner.GoAway)
            http.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().RequestClose();
        if (manner == DropManner.Abort)
            http.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
        else
            http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(CancelErrorCode);
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
