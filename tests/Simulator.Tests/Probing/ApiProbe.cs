using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Grpc;
using StockPipeline.Testing;

namespace StockPipeline.SimulatorTests.Probing;

/// <summary>A plain client that hides nothing: what came back is what the test sees.</summary>
internal sealed class ApiProbe : IDisposable
{
    public const string Token = "t.test";

    private readonly HttpClient http;

    public ApiProbe(Uri endpoint, string token = Token, HttpMessageHandler? handler = null)
    {
        http = new HttpClient(handler ?? new SocketsHttpHandler())
        {
            BaseAddress = endpoint,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Eventually.Patience,
        };
        if (token.Length > 0)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public HttpClient Http => http;

    /// <summary>The reply, or the exception that the status makes.</summary>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, TRequest request)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var answer = await AskAsync(method.Path, request);
        if (!answer.Status.IsOk)
            throw new GrpcException(answer.Status);
        var body = new ReadOnlySequence<byte>(answer.Body);
        Assert.True(GrpcFrame.TryRead(ref body, GrpcLimits.UnaryMessageBytes, out var payload));
        Assert.True(body.IsEmpty);
        return method.ResponseParser.ParseFrom(payload);
    }

    public async Task<GrpcAnswer> AskAsync(string path, IMessage request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        GrpcFrame.Write(buffer, request);
        using var message = Message(path, new ByteArrayContent(buffer.WrittenSpan.ToArray()));
        using var response = await http.SendAsync(message);
        var body = await response.Content.ReadAsByteArrayAsync();
        return new GrpcAnswer(Status(response), response, body);
    }

    public async Task<StreamProbe> OpenStreamAsync(params MarketDataRequest[] requests)
    {
        var input = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var message = Message(InvestMethods.MarketDataStream.Path, new PipeContent(input.Reader));
        foreach (var request in requests)
            GrpcFrame.Write(input.Writer, request);
        await input.Writer.FlushAsync();
        var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        return new StreamProbe(response, input.Writer, await response.Content.ReadAsStreamAsync());
    }

    public async Task<StreamProbe> OpenServerSideStreamAsync(MarketDataServerSideStreamRequest request)
    {
        var body = new ArrayBufferWriter<byte>();
        GrpcFrame.Write(body, request);
        var message = Message(InvestMethods.MarketDataServerSideStream.Path, new ByteArrayContent(body.WrittenSpan.ToArray()));
        var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        return new StreamProbe(response, new Pipe().Writer, await response.Content.ReadAsStreamAsync());
    }

    public void Dispose() => http.Dispose();

    internal static GrpcStatus Status(HttpResponseMessage response) =>
        GrpcStatus.Read(name => Header(response.TrailingHeaders, name)) ?? GrpcStatus.Read(name => Header(response.Headers, name))
        ?? throw new InvalidDataException($"The answer has no grpc-status: {response}");

    internal static string? Header(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private static HttpRequestMessage Message(string path, HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(GrpcHeaders.ContentType);
        return new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    private sealed class PipeContent(PipeReader reader) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            while (true)
            {
                var read = await reader.ReadAsync();
                foreach (var part in read.Buffer)
                    await stream.WriteAsync(part);
                await stream.FlushAsync();
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
