using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;

namespace StockPipeline.Market.Grpc;

/// <summary>
/// One open call with messages both ways. One reader at a time; writers may be many and take turns. Disposing it resets the call.
/// </summary>
public sealed class GrpcDuplexCall<TRequest, TResponse> : IDuplexCall<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private const int ReadBufferBytes = 64 * 1024;

    private readonly CancellationTokenSource ended = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ArrayBufferWriter<byte> frame = new();
    private readonly HttpRequestMessage request;
    private readonly DuplexContent content;
    private readonly GrpcMethod<TRequest, TResponse> method;
    private readonly Task<HttpResponseMessage> sending;
    private PipeReader? input;
    private GrpcFrameReader<TResponse>? reader;

    internal GrpcDuplexCall(HttpMessageInvoker http, HttpRequestMessage request, DuplexContent content, GrpcMethod<TRequest, TResponse> method)
    {
        this.request = request;
        this.content = content;
        this.method = method;
        sending = SendAsync(http);
    }

    /// <summary>Sends one message.</summary>
    /// <exception cref="GrpcException">The call is over; reading tells why.</exception>
    public async Task WriteAsync(TRequest message, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            var body = await content.Opened.WaitAsync(stop);
            frame.ResetWrittenCount();
            GrpcFrame.Write(frame, message);
            await body.WriteAsync(frame.WrittenMemory, stop);
            await body.FlushAsync(stop);
        }
        catch (Exception error) when (TransportErrors.IsTransport(error))
        {
            throw TransportErrors.Translate(error);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new GrpcException(new GrpcStatus(GrpcStatusCode.Cancelled, "the call is over"));
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Ends our direction; the server may go on.</summary>
    public void CompleteWriting() => content.Finish();

    /// <summary>The next message, or null when the server has ended the call well.</summary>
    /// <exception cref="GrpcException">The call ended in any other way.</exception>
    public ValueTask<TResponse?> ReadAsync(CancellationToken stop) =>
        reader is not null && reader.TryTake(out var message) ? new ValueTask<TResponse?>(message) : ReadMoreAsync(stop);

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        content.Fail(new ObjectDisposedException(nameof(GrpcDuplexCall<,>)));
        try
        {
            using var response = await sending;
        }
        catch (Exception over) when (over is OperationCanceledException || TransportErrors.IsTransport(over))
        {
            // However it ended, it is over, which is all that is wanted here; a reader has been told the reason.
        }
        if (input is not null)
            await input.CompleteAsync();
        request.Dispose();
        ended.Dispose();
        turn.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker http)
    {
        try
        {
            return await http.SendAsync(request, ended.Token);
        }
        catch (Exception failed)
        {
            content.Fail(failed);
            throw;
        }
    }

    private async ValueTask<TResponse?> ReadMoreAsync(CancellationToken stop)
    {
        try
        {
            var response = await sending.WaitAsync(stop);
            if (reader is null)
            {
                GrpcChannel.ThrowUnlessGrpc(response);
                input = PipeReader.Create(await response.Content.ReadAsStreamAsync(stop), new StreamPipeReaderOptions(bufferSize: ReadBufferBytes));
                reader = new GrpcFrameReader<TResponse>(input, method.ResponseParser, GrpcLimits.StreamMessageBytes);
            }
            if (await reader.ReadAsync(stop) is { } message)
                return message;
            var status = GrpcChannel.StatusOf(response);
            return status.IsOk ? null : throw new GrpcException(status);
        }
        catch (Exception error) when (TransportErrors.IsTransport(error))
        {
            stop.ThrowIfCancellationRequested();
            throw TransportErrors.Translate(error);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new GrpcException(new GrpcStatus(GrpcStatusCode.Cancelled, "the call was disposed of"));
        }
    }
}
