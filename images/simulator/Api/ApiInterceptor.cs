using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using StockPipeline.Market.Api;
using StockPipeline.Simulator.Faults;

namespace StockPipeline.Simulator.Api;

/// <summary>
/// Stands before every call as the API's front does: lets in who brings a token that is configured, strikes with the faults of calls, counts the
/// quota, and gives every answer its tracking id.
/// </summary>
internal sealed class ApiInterceptor(SimulatorOptions options, QuotaMeter quotas, FaultInjector faults, ILogger<MarketSimulator> log) : Interceptor
{
    private const string Scheme = "Bearer ";

    public static string TokenOf(ServerCallContext context)
    {
        var authorization = context.RequestHeaders.GetValue("authorization") ?? "";
        return authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim() : "";
    }

    public static string TrackingId() => Guid.NewGuid().ToString("N");

    public static string NameOf(ServerCallContext context) => context.Method[(context.Method.LastIndexOf('/') + 1)..];

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) => GuardAsync(context, async () =>
    {
        var name = NameOf(context);
        var http = context.GetHttpContext();
        foreach (var header in quotas.Take(TokenOf(context), QuotaMeter.GroupOf(name)).ToHeaders())
            http.Response.Headers[header.Key] = header.Value;
        var reply = await continuation(request, context);
        http.Response.Headers[InvestHeaders.TrackingId] = TrackingId();
        if (faults.Strike(FaultKind.MalformedFrame, new FaultOpportunity(name, Method: name)) is not null)
            await http.Response.BodyWriter.WriteAsync(MalformedFrames.Make(faults.Roll()), context.CancellationToken);
        return reply;
    });

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardStreamAsync(context, () => continuation(request, responseStream, context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardStreamAsync(context, () => continuation(requestStream, responseStream, context));

    /// <summary>
    /// Stands where a proxy does: lets calls through unless a fault answers with a page, and answers in the API's own words to methods that the
    /// contract has and the simulator has not.
    /// </summary>
    internal async Task PassAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var path = http.Request.Path.Value ?? "";
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (faults.Strike(FaultKind.ProxyPage, new FaultOpportunity(name, Method: name)) is not null)
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            http.Response.ContentType = "text/html";
            await http.Response.WriteAsync("<html><body>Access denied</body></html>", http.RequestAborted);
        }
        else if (http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null)
        {
            await next(http);
        }
        else
        {
            RefuseUnknown(http);
        }
    }

    private Task<bool> GuardStreamAsync(ServerCallContext context, Func<Task> serve) => GuardAsync(context, async () =>
    {
        await serve();
        return true;
    });

    private async Task<T> GuardAsync<T>(ServerCallContext context, Func<Task<T>> serve)
    {
        try
        {
            if (options.Tokens.Count > 0 && !options.Tokens.Contains(TokenOf(context)))
                throw ApiErrors.WrongToken();
            Interfere(NameOf(context));
            return await serve();
        }
        catch (RpcException refused)
        {
            Log.CallRefused(log, context.Method, refused.Status.ToString());
            // A proxy in between, which gives no number of the API, gives no tracking id either.
            if (refused.Status.Detail.All(char.IsAsciiDigit))
                refused.Trailers.Add(InvestHeaders.TrackingId, TrackingId());
            throw;
        }
#pragma warning disable CA1031 // A defect in one method must not end the other calls; the client learns of it as it would from the API.
        catch (Exception defect) when (!context.CancellationToken.IsCancellationRequested)
        {
            Log.CallFailed(log, context.Method, defect);
            throw ApiErrors.Internal();
        }
#pragma warning restore CA1031
    }

    private void Interfere(string method)
    {
        var at = new FaultOpportunity(method, Method: method);
        if (faults.Strike(FaultKind.Unauthenticated, at) is not null)
            throw ApiErrors.WrongToken();
        if (faults.Strike(FaultKind.PermissionDenied, at) is not null)
            throw ApiErrors.NoRight();
        if (faults.Strike(FaultKind.ResourceExhausted, at) is not null)
            throw ApiErrors.QuotaSpent(quotas.Spent);
        if (faults.Strike(FaultKind.Unavailable, at) is not null)
            throw ApiErrors.Gone();
        if (faults.Strike(FaultKind.InternalError, at) is not null)
            throw ApiErrors.Network();
    }

    private static void RefuseUnknown(HttpContext http)
    {
        var unknown = ApiErrors.NoSuchMethod();
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = $"{(int)unknown.StatusCode}";
        http.Response.Headers["grpc-message"] = unknown.Status.Detail;
        http.Response.Headers[InvestHeaders.Text] = unknown.Trailers.GetValue(InvestHeaders.Text);
        http.Response.Headers[InvestHeaders.TrackingId] = TrackingId();
    }
}

/// <summary>Makes bytes that no honest server sends.</summary>
internal static class MalformedFrames
{
    private static readonly byte[][] Kinds =
    [
        // Claims a compression that was never agreed.
        [7, 0, 0, 0, 2, 1, 2],
        // Announces four gigabytes.
        [0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3],
        // A field that says it is longer than the message.
        [0, 0, 0, 0, 3, 0x2a, 0x7f, 0x01],
    ];

    /// <param name="roll">From 0 inclusive to 1 exclusive: picks the kind.</param>
    public static byte[] Make(double roll) => Kinds[(int)(roll * Kinds.Length)];
}
