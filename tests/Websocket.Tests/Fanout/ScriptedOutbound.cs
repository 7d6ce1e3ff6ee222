using StockPipeline.Fanout.Broadcasting;

namespace StockPipeline.WebsocketTests.Fanout;

/// <summary>A connection that takes what the test allows.</summary>
internal sealed class ScriptedOutbound : IOutbound
{
    private readonly Lock gate = new();
    private readonly List<byte> received = [];
    private TaskCompletionSource<bool>? waiting;
    private ReadOnlyMemory<byte> held;
    private int room = int.MaxValue;

    public bool Aborted { get; private set; }

    public bool Blocked
    {
        get
        {
            lock (gate)
                return waiting is not null;
        }
    }

    public string Text
    {
        get
        {
            lock (gate)
                return Frames.Decode([.. received]);
        }
    }

    public byte[] Bytes
    {
        get
        {
            lock (gate)
                return [.. received];
        }
    }

    /// <summary>Takes so many more bytes, then none.</summary>
    public void Room(int bytes)
    {
        lock (gate)
            room = bytes;
    }

    /// <summary>Takes what waits and everything that follows.</summary>
    public void Open()
    {
        TaskCompletionSource<bool>? done;
        lock (gate)
        {
            room = int.MaxValue;
            received.AddRange(held.Span);
            held = default;
            (done, waiting) = (waiting, null);
        }
        done?.SetResult(true);
    }

    /// <summary>Takes what waits and so many bytes more, as a slow but steady reader does.</summary>
    public void Read(int bytes)
    {
        TaskCompletionSource<bool>? done;
        lock (gate)
        {
            room = bytes;
            received.AddRange(held.Span);
            held = default;
            (done, waiting) = (waiting, null);
        }
        done?.SetResult(true);
    }

    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (Aborted)
                return -1;
            var taken = Math.Min(room, bytes.Length);
            received.AddRange(bytes[..taken]);
            room -= room == int.MaxValue ? 0 : taken;
            return taken;
        }
    }

    public Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        lock (gate)
        {
            if (room == int.MaxValue)
            {
                received.AddRange(bytes.Span);
                return Task.FromResult(true);
            }
            held = bytes;
            waiting = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiting.Task;
        }
    }

    public void Abort()
    {
        TaskCompletionSource<bool>? done;
        lock (gate)
        {
            Aborted = true;
            (done, waiting) = (waiting, null);
        }
        done?.SetResult(false);
    }
}
