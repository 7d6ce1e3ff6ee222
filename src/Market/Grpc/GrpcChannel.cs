using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace StockPipeline.Market.Grpc;

/// <summary>
/// Calls of one gRPC server over HTTP/2. Knows frames, deadlines and how calls end, and nothing of what they mean: no retries here. Safe for
/// many threads; one per server.
/// </summary>
public sealed class GrpcChannel : IDisposable
{
    private readonly GrpcChannelOptions options;
    private readonly TimeProvider clock;
    private readonly HttpMessageInvoker http;

    /// <param name="options">Where the server is.</param>
    /// <param name="clock">What deadlines are measured by.</param>
    public GrpcChannel(GrpcChannelOptions options, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        http = new HttpMessageInvoker(InvestHandler.Create(options));
    }

    /// <summary>One request, one reply.</summary>
    /// <exception cref="GrpcException">The call ended in any other way.</exception>
    public async Task<GrpcReply<TResponse>> CallAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest message, TimeSpan deadline, CancellationToken stop)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var expiry = new CancellationTokenSource(deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, stop);
        try
        {
            using var request = RequestOf(method);
            request.Headers.TryAddWithoutValidation(GrpcHeaders.Timeout, GrpcTimeout.Write(deadline));
            var body = new ArrayBufferWriter<byte>();
            GrpcFrame.Write(body, message);
            request.Content = new ReadOnlyMemoryContent(body.WrittenMemory) { Headers = { ContentType = GrpcContentType() } };
            using var response = await http.SendAsync(request, either.Token);
            ThrowUnlessGrpc(response);
            var input = PipeReader.Create(await response.Content.ReadAsStreamAsync(either.Token));
            var reader = new GrpcFrameReader<TResponse>(input, method.ResponseParser, GrpcLimits.UnaryMessageBytes);
            var reply = await reader.ReadAsync(either.Token);
            if (reply is not null && await reader.ReadAsync(either.Token) is not null)
                throw new GrpcException(new GrpcStatus(GrpcStatusCode.Internal, "a second message in the reply to a unary call"));
            await input.CompleteAsync();
            var status = StatusOf(response);
            return status.IsOk && reply is not null
                ? new GrpcReply<TResponse>(reply, status)
                : throw new GrpcException(status.IsOk ? new GrpcStatus(GrpcStatusCode.Internal, "a reply without a message") : status);
        }
        catch (Exception error) when (error is OperationCanceledException || TransportErrors.IsTransport(error))
        {
            // A call that was cancelled may end as a broken connection, so the cause is asked first.
            stop.ThrowIfCancellationRequested();
            if (!expiry.IsCancellationRequested)
                throw TransportErrors.Translate(error);
            var reason = $"{method.Name} gave no answer within {deadline.TotalSeconds:0.###} s";
            throw new GrpcException(new GrpcStatus(GrpcStatusCode.DeadlineExceeded, reason), error);
        }
    }

    /// <summary>Opens a call in which both sides send as they like. Returns at once; errors come out of reading.</summary>
    public GrpcDuplexCall<TRequest, TResponse> Open<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var content = new DuplexContent { Headers = { ContentType = GrpcContentType() } };
        var request = RequestOf(method);
        request.Content = content;
        return new GrpcDuplexCall<TRequest, TResponse>(http, request, content, method);
    }

    public void Dispose() => http.Dispose();

    internal static void ThrowUnlessGrpc(HttpResponseMessage response)
    {
        if (TransportErrors.Judge(response) is not { } wrong)
            return;
        // A proxy that refuses a call may still say so in gRPC's own words.
        throw new GrpcException(GrpcStatus.Read(name => Header(response.Headers, name)) is { IsOk: false } status ? status : wrong);
    }

    /// <summary>How the call ended, once its body is read to the end.</summary>
    internal static GrpcStatus StatusOf(HttpResponseMessage response) =>
        GrpcStatus.Read(name => Header(response.TrailingHeaders, name) ?? Header(response.Headers, name))
        ?? new GrpcStatus(GrpcStatusCode.Unavailable, "the call ended without a status");

    private static string? Header(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private static MediaTypeHeaderValue GrpcContentType() => new(GrpcHeaders.ContentType);

    private HttpRequestMessage RequestOf(IGrpcMethod method)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Address, method.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        InvestHandler.Identify(request.Headers, options);
        return request;
    }
}
