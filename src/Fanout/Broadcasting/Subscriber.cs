using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Fanout.Broadcasting;

/// <summary>
/// One client of a broadcaster: a position in the shared log, and the few bytes that are for it alone. Owned by the broadcaster, under its lock.
/// </summary>
public sealed class Subscriber
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FrameRun? own;
    private bool greeted;
    private byte[]? pong;
    private byte[]? ping;
    private byte[]? close;

    internal Subscriber(IOutbound outbound, FrameRun snapshot, bool isGreeted, long position, long now)
    {
        greeted = isGreeted;
        Outbound = outbound;
        PutOwn(snapshot);
        Position = position;
        LastProgress = now;
        LastHeard = now;
        LastTaken = now;
    }

    /// <summary>Done once nothing more will be sent.</summary>
    public Task Ended => ended.Task;

    /// <summary>Why it ended, once it was told to.</summary>
    public CloseCode? Code { get; private set; }

    internal IOutbound Outbound { get; }

    /// <summary>Up to where the shared log has been handed over.</summary>
    internal long Position { get; set; }

    /// <summary>The position is the end of a frame, so that something else may come next.</summary>
    internal bool OnBoundary { get; set; } = true;

    /// <summary>An asynchronous send is under way because the connection took no more.</summary>
    internal bool IsBlocked { get; set; }

    /// <summary>The close frame is next and last.</summary>
    internal bool Closing => Code is not null;

    /// <summary>The close frame is on its way: nothing follows it.</summary>
    internal bool CloseTaken { get; private set; }

    internal bool HasEnded { get; private set; }

    internal long LastProgress { get; set; }

    internal long LastHeard { get; set; }

    internal long ClosingSince { get; private set; }

    /// <summary>When the connection last took bytes that it had not taken at once: a sign of life of a client that is merely slow.</summary>
    internal long LastTaken { get; set; }

    internal bool HasOwn => own is not null;

    /// <summary>What is left of the own frame under way.</summary>
    internal ReadOnlyMemory<byte> OwnRest => own?.Rest ?? default;

    /// <summary>No frame is half sent, of its own or of the log, and the answer to its handshake is out.</summary>
    internal bool IsBetweenFrames => greeted && (own?.OnBoundary ?? OnBoundary);

    internal int GatherOwn(Span<byte> room) => own!.Gather(room);

    internal void OwnSent(int bytes)
    {
        greeted |= bytes > 0;
        own?.Advance(bytes);
        if (own is { IsDone: true })
            own = null;
    }

    /// <summary>Puts frames ahead of what the log still has for this client. The log position stands at the end of a frame.</summary>
    internal void PutOwn(FrameRun frames) => own = frames.IsDone ? null : frames;

    /// <summary>Only the newest ping is answered, as the protocol allows: a flood of pings costs one pong.</summary>
    internal void Answer(ReadOnlySpan<byte> payload) => pong = ServerFrame.Pong(payload);

    internal void Probe() => ping = ServerFrame.Ping();

    internal void Close(CloseCode code, string reason, long now)
    {
        if (Closing)
            return;
        Code = code;
        close = ServerFrame.Close(code, reason);
        ClosingSince = now;
    }

    /// <summary>Control frames wait, to go out between two frames; none does once the close frame is on its way.</summary>
    internal bool HasControl => !CloseTaken && (pong ?? ping ?? close) is not null;

    internal void TakeControl()
    {
        byte[] control = [.. pong ?? [], .. ping ?? [], .. close ?? []];
        CloseTaken = close is not null;
        own = CloseTaken || own is null ? new FrameRun(FrameRun.Of(control)) : own.After(control);
        pong = ping = close = null;
    }

    internal void End()
    {
        HasEnded = true;
        ended.TrySetResult();
    }
}
