using System.Collections.Concurrent;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Gateway.Live;

/// <summary>
/// One client's connection as the sending thread sees it: what wants to be said, what is half sent, and since when it takes nothing. What is for
/// it alone waits here and is bounded; everything else is a position in a series.
/// </summary>
internal sealed class LiveSocket(LiveSender sender, IOutbound outbound, LiveLimits limits, long now)
{
    private WaitingList<Subscription> urgent;
    private WaitingList<Subscription> patient;

    /// <summary>Made with the first answer that waits.</summary>
    private volatile ConcurrentQueue<byte[]>? answers;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[]? pong;
    private byte[]? close;
    private bool isPingDue;
    private int scheduled;

    public IOutbound Outbound => outbound;

    /// <summary>What it follows, by the client's numbers; whoever touches it holds it locked.</summary>
    public Dictionary<int, Subscription> Subscriptions { get; } = [];

    /// <summary>Nothing can be subscribed to any more; set while its subscriptions are locked.</summary>
    public bool HasLeft { get; set; }

    /// <summary>Whose tasks it is told of.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Done once nothing more will be sent.</summary>
    public Task Ended => ended.Task;

    /// <summary>Why it ended.</summary>
    public CloseCode? Code { get; private set; }

    public bool IsBlocked { get; set; }

    public bool IsCloseSent { get; private set; }

    public bool HasEnded => ended.Task.IsCompleted;

    public long Joined { get; } = now;

    public long LastHeard { get; set; } = now;

    public long LastProgress { get; set; } = now;

    public long ClosingSince { get; private set; }

    public long PingedAt { get; private set; }

    public bool HasSaidHello { get; set; }

    /// <summary>Whether something other than what is for the eye waits.</summary>
    public bool IsUrgent => !urgent.IsEmpty || answers is { IsEmpty: false } || pong is not null || close is not null;

    public bool HasWork => IsUrgent || !patient.IsEmpty || isPingDue;

    public void Enqueue(Subscription subscription)
    {
        if (subscription.IsPatient)
            patient.Add(subscription);
        else
            urgent.Add(subscription);
        Schedule(isUrgent: !subscription.IsPatient);
    }

    /// <summary>Asks for a turn; one request is enough until it has had it.</summary>
    public void Schedule(bool isUrgent = true)
    {
        var level = isUrgent ? 2 : 1;
        // What was changed before must be seen by a turn that begins now, or its beginning by us.
        Interlocked.MemoryBarrier();
        var before = Volatile.Read(ref scheduled);
        while (before < level)
        {
            var seen = Interlocked.CompareExchange(ref scheduled, level, before);
            if (seen == before)
            {
                sender.Enqueue(this, isUrgent);
                return;
            }
            before = seen;
        }
    }

    public void BeginTurn() => Interlocked.Exchange(ref scheduled, 0);

    /// <returns>False where too many answers wait already.</returns>
    public bool Answer(byte[] frame)
    {
        var waiting = answers ??= new ConcurrentQueue<byte[]>();
        if (waiting.Count >= limits.MaxAnswers)
            return false;
        waiting.Enqueue(frame);
        Schedule();
        return true;
    }

    /// <summary>Only the newest ping is answered, as the protocol allows.</summary>
    public void Pong(ReadOnlySpan<byte> payload)
    {
        Interlocked.Exchange(ref pong, ServerFrame.Pong(payload));
        Schedule();
    }

    public void Ping(long now)
    {
        PingedAt = now;
        isPingDue = true;
        Schedule();
    }

    public void Close(CloseCode code, string reason, long now)
    {
        if (Interlocked.CompareExchange(ref close, ServerFrame.Close(code, reason), null) is not null || IsCloseSent)
            return;
        (Code, ClosingSince) = (code, now);
        Schedule();
    }

    /// <summary>Puts into the frames of one turn what there is to say.</summary>
    public void Write(MessageWriter writer)
    {
        if (Interlocked.Exchange(ref pong, null) is { } answer)
            writer.Frame(answer);
        if (isPingDue)
        {
            isPingDue = false;
            writer.Frame(ServerFrame.Ping());
        }
        if (close is { } last)
        {
            writer.Frame(last);
            IsCloseSent = true;
            return;
        }
        while (writer.HasRoom && answers is { } waiting && waiting.TryDequeue(out var frame))
            writer.Frame(frame);
        Write(writer, ref urgent);
        Write(writer, ref patient);
    }

    public void End() => ended.TrySetResult();

    private static void Write(MessageWriter writer, ref WaitingList<Subscription> waiting)
    {
        while (writer.HasRoom && waiting.Take() is { } subscription)
        {
            subscription.Hear();
            if (subscription.Write(writer))
                subscription.Signal();
        }
    }
}
