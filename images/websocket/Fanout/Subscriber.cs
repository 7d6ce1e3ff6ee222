using StockPipeline.Websocket.Protocol;

namespace StockPipeline.Websocket.Fanout;

/// <summary>
/// One client of a broadcaster: a position in the shared log, and the few bytes that are for it alone. Owned by the broadcaster, under its lock.
/// </summary>
public sealed class Subscriber
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[]? own;
    private int ownSent;
    private byte[]? pong;
    private byte[]? ping;
    private byte[]? close;

    internal Subscriber(IOutbound outbound, byte[] snapshot, long position, long now)
    {
        Outbound = outbound;
        own = snapshot;
        Position = position;
        LastProgress = now;
        LastHeard = now;
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

    internal bool HasOwn => own is not null;

    internal ReadOnlyMemory<byte> Own => own.AsMemory(ownSent);

    internal void OwnSent(int bytes)
    {
        ownSent += bytes;
        if (own is not null && ownSent >= own.Length)
            own = null;
    }

    /// <summary>Puts bytes ahead of what the log still has for this client. The log position stands at the end of a frame.</summary>
    internal void PutOwn(byte[] bytes)
    {
        own = bytes;
        ownSent = 0;
        if (bytes.Length == 0)
            own = null;
    }

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

    /// <summary>Control frames wait, to go out between two frames of the log; none does once the close frame is on its way.</summary>
    internal bool HasControl => !CloseTaken && (pong ?? ping ?? close) is not null;

    internal void TakeControl()
    {
        PutOwn([.. pong ?? [], .. ping ?? [], .. close ?? []]);
        CloseTaken = close is not null;
        pong = ping = close = null;
    }

    internal void End()
    {
        HasEnded = true;
        ended.TrySetResult();
    }
}
