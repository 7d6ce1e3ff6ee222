using System.Buffers;
using Google.Protobuf;
using StockPipeline.Market.Grpc;
using StockPipeline.Simulator.Api;
using StockPipeline.Simulator.Faults;

namespace StockPipeline.Simulator.Grpc;

/// <summary>Serves gRPC calls: looks the method up, checks token, faults and quota, and writes replies and trailers as the API does.</summary>
internal sealed class GrpcServer(TokenGate tokens, QuotaMeter quotas, FaultBox faults, ILogger log)
{
    private const int MaxRequestBytes = GrpcLimits.RequestMessageBytes;

    private readonly Dictionary<string, Func<GrpcCall, Task>> methods = new(StringComparer.Ordinal);

    /// <summary>A call with one request and one reply.</summary>
    public void Map<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, Quota quota, Func<GrpcCall, TRequest, TResponse> answer)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        methods.Add(method.Path, call => AnswerAsync(call, method, quota, answer));

    /// <summary>A call that writes its own replies; it has passed token and faults.</summary>
    public void MapStream(IGrpcMethod method, Func<GrpcCall, Task> serve) => methods.Add(method.Path, serve);

    public static bool IsGrpc(HttpContext http) =>
        HttpMethods.IsPost(http.Request.Method)
        && http.Request.ContentType?.StartsWith(GrpcHeaders.ContentType, StringComparison.OrdinalIgnoreCase) == true;

    public async Task ServeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        var call = new GrpcCall(http, path[(path.LastIndexOf('/') + 1)..]);
        try
        {
            if (!methods.TryGetValue(path, out var serve))
                throw ApiErrors.NoSuchMethod();
            call.Token = tokens.Check(http.Request.Headers.Authorization);
            Interfere(call);
            await serve(call);
        }
        catch (GrpcException refused)
        {
            Log.CallRefused(log, call.Method, refused.Message);
            await call.EndAsync(refused.Status);
        }
#pragma warning disable CA1031 // A defect in one method must not end the other calls; the client learns of it as it would from the API.
        catch (Exception error)
        {
            if (http.RequestAborted.IsCancellationRequested)
            {
                // The client hung up: nobody is left to answer.
                http.Abort();
                return;
            }
            Log.CallFailed(log, call.Method, error);
            await call.EndAsync(ApiErrors.Internal().Status);
        }
#pragma warning restore CA1031
    }

    private async Task AnswerAsync<TRequest, TResponse>(
        GrpcCall call, GrpcMethod<TRequest, TResponse> method, Quota quota, Func<GrpcCall, TRequest, TResponse> answer)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        call.RateLimit = quotas.Take(call.Token, quota);
        var reader = new GrpcFrameReader<TRequest>(call.Http.Request.BodyReader, method.RequestParser, MaxRequestBytes);
        var request = await reader.ReadAsync(call.Http.RequestAborted)
            ?? throw new GrpcException(new GrpcStatus(GrpcStatusCode.Internal, "the request has no message"));
        var reply = answer(call, request);
        call.WriteHeaders();
        if (faults.Strike(FaultKind.MalformedFrame, new FaultOpportunity(call.Method, Method: call.Method)) is not null)
            call.Http.Response.BodyWriter.Write(MalformedFrames.Make(faults.Roll()));
        else
            call.Write(reply);
        await call.EndAsync(GrpcStatus.Ok);
    }

    private void Interfere(GrpcCall call)
    {
        var at = new FaultOpportunity(call.Method, Method: call.Method);
        if (faults.Strike(FaultKind.Unauthenticated, at) is not null)
            throw ApiErrors.WrongToken();
        if (faults.Strike(FaultKind.ResourceExhausted, at) is not null)
            throw ApiErrors.QuotaSpent(quotas.Spent);
        if (faults.Strike(FaultKind.Unavailable, at) is not null)
            throw ApiErrors.Gone();
        if (faults.Strike(FaultKind.InternalError, at) is not null)
            throw ApiErrors.Network();
    }
}
