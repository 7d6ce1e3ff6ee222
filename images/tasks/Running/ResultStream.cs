using StockPipeline.Contracts.Tasks;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.TaskWorkers.Running;

/// <summary>
/// A result as it is written: each piece goes to the topic when it is full, so a file of any size needs little memory. Written synchronously,
/// pieces wait for the next asynchronous call.
/// </summary>
public sealed class ResultStream(TopicWriter<TaskChunk> chunks, TaskState state, string contentType, string fileName) : Stream
{
    /// <summary>Pieces on their way to the brokers.</summary>
    private const int MaxPending = 8;

    private readonly Queue<byte[]> full = new();
    private readonly Stack<byte[]> spare = new();
    private readonly Queue<Task> pending = new();
    private byte[] current = new byte[TaskChunk.MaxBytes];
    private int used;
    private int sent;
    private long bytes;
    private (int Partition, long Offset)? first;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => bytes;

    public override long Position
    {
        get => bytes;
        set => throw new NotSupportedException("A result is written from its beginning to its end.");
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        bytes += buffer.Length;
        while (buffer.Length > 0)
        {
            var taken = Math.Min(buffer.Length, current.Length - used);
            buffer[..taken].CopyTo(current.AsSpan(used));
            used += taken;
            buffer = buffer[taken..];
            if (used < current.Length)
                continue;
            full.Enqueue(current);
            current = spare.TryPop(out var known) ? known : new byte[TaskChunk.MaxBytes];
            used = 0;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        await SendFullAsync(cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => SendFullAsync(cancellationToken);

    /// <summary>Sends what is left; over when the brokers have all of it.</summary>
    public async Task<ResultPlace> FinishAsync(CancellationToken cancellationToken)
    {
        await SendFullAsync(cancellationToken);
        if (used > 0 || sent == 0)
            await SendAsync(current.AsMemory(0, used), cancellationToken);
        used = 0;
        await Task.WhenAll(pending).WaitAsync(cancellationToken);
        var (partition, offset) = first!.Value;
        return new ResultPlace(partition, offset, sent, bytes, contentType, fileName);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A result is only written.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A result is written in one go.");

    public override void SetLength(long value) => throw new NotSupportedException("A result is written in one go.");

    private async Task SendFullAsync(CancellationToken cancellationToken)
    {
        while (full.TryDequeue(out var piece))
        {
            await SendAsync(piece, cancellationToken);
            // It was encoded when it was handed over, so that its memory can take the next one.
            spare.Push(piece);
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        var chunk = new TaskChunk(state.Id, state.Run, sent++, piece);
        if (first is null)
        {
            // Where the first one stands is where readers begin: the others come after it.
            first = await chunks.DeliverAtAsync(state.Id, chunk, cancellationToken);
            return;
        }
        if (pending.Count >= MaxPending)
            await pending.Dequeue().WaitAsync(cancellationToken);
        pending.Enqueue(chunks.DeliverAsync(state.Id, chunk, cancellationToken));
    }
}
