using System.Collections.Concurrent;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Gateway.Live;

/// <summary>
/// One client's connection as the sending thread sees it: what wants to be said, what is half sent, and since when it takes nothing. What is for
/// it alone waits here and is bounded; everything else is a position in a series.
/// </summary>
internal sealed class LiveSocket(LiveHub hub, IOutbound outbound, LiveLimits limits, long now)
{
    private readonly ConcurrentQueue<Subscription> urgent = new();
    private readonly ConcurrentQueue<Subscription> patient = new();
    private readonly ConcurrentQueue<byte[]> answers = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[]? pong;
    private byte[]? close;
    private bool isPingDue;
    private int scheduled;

    public IOutbound Outbound => outbound;

    public Dictionary<int, Subscription> Subscriptions { get; } = [];

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
    public bool IsUrgent => !urgent.IsEmpty || !answers.IsEmpty || pong is not null || close is not null;

    public bool HasWork => IsUrgent || !patient.IsEmpty || isPingDue;

    public void Enqueue(Subscription subscription)
    {
        (subscription.IsPatient ? patient : urgent).Enqueue(subscription);
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
                hub.Enqueue(this, isUrgent);
                return;
            }
            before = seen;
        }
    }

    public void BeginTurn() => Interlocked.Exchange(ref scheduled, 0);

    /// <returns>False where too many answers wait already.</returns>
    public bool Answer(byte[] frame)
    {
        if (answers.Count >= limits.MaxAnswers)
            return false;
        answers.Enqueue(frame);
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
        while (writer.HasRoom && answers.TryDequeue(out var frame))
            writer.Frame(frame);
        Write(writer, urgent);
        Write(writer, patient);
    }

    public void End() => ended.TrySetResult();

    private static void Write(MessageWriter writer, ConcurrentQueue<Subscription> waiting)
    {
        while (writer.HasRoom && waiting.TryDequeue(out var subscription))
        {
            subscription.Hear();
            if (subscription.Write(writer))
                subscription.Signal();
        }
    }
}
