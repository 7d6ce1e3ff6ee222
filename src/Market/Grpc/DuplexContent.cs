using System.Net;

namespace StockPipeline.Market.Grpc;

/// <summary>A request body that stays open and is written while the reply is read.</summary>
internal sealed class DuplexContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The body, once there is a connection to write it to.</summary>
    public Task<Stream> Opened => opened.Task;

    public void Finish() => finished.TrySetResult();

    /// <summary>Tells those who wait to write that they never will.</summary>
    public void Fail(Exception why)
    {
        if (opened.TrySetException(why))
            _ = opened.Task.Exception;
        finished.TrySetResult();
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The headers must reach the server although nothing may have been written yet.
        await stream.FlushAsync(cancellationToken);
        opened.TrySetResult(stream);
        await finished.Task.WaitAsync(cancellationToken);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
