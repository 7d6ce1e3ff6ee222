using StockPipeline.Gateway.Live;
using StockPipeline.TaskApi;

namespace StockPipeline.Gateway.Tasks;

/// <summary>
/// The tasks of whoever has opened the socket: first those that have not ended and the newest, then the mark, then every change. Of a task that
/// changes faster than the client reads the newest state is said; its last one is said once.
/// </summary>
internal sealed class TaskSubscription(LiveSocket socket, int number, TaskDesk desk, int last) : Subscription(socket, number)
{
    /// <summary>Tasks that may be asked for at the beginning.</summary>
    public const int MaxLast = 200;

    /// <summary>Ended tasks that are remembered as said; who says anything of an older one would have to be as late as all of these.</summary>
    private const int MaxSaid = 4_096;

    private static readonly byte[] Mark = "\"type\":\"mark\",\"pos\":\"tasks\"}"u8.ToArray();

    private readonly string owner = socket.Owner;
    private readonly Lock gate = new();
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private readonly Queue<string> waiting = new();
    private readonly HashSet<string> said = new(StringComparer.Ordinal);
    private readonly Queue<string> saidFirst = new();
    private IDisposable? feed;
    private volatile bool isStopped;
    private Queue<string>? beginning;

    public override void Start()
    {
        // Listens before it looks: what changes in between is said twice rather than never.
        var listening = desk.Feed.Subscribe(owner, Change);
        lock (gate)
            feed = listening;
        if (isStopped)
            listening.Dispose();
        beginning = new Queue<string>(desk.BeginningOf(owner, last));
        Signal();
    }

    /// <summary>The socket may be lost before the subscription has begun: whoever comes second ends the listening.</summary>
    public override void Stop()
    {
        isStopped = true;
        lock (gate)
            feed?.Dispose();
    }

    public override bool Write(MessageWriter writer)
    {
        if (beginning is { } first)
        {
            while (writer.HasRoom && first.TryDequeue(out var id))
                Say(writer, id);
            if (first.Count > 0)
                return true;
            beginning = null;
            Say(writer, Mark);
        }
        while (writer.HasRoom && Next() is { } id)
            Say(writer, id);
        lock (gate)
            return waiting.Count > 0;
    }

    private void Change(string id)
    {
        lock (gate)
        {
            if (changed.Add(id))
                waiting.Enqueue(id);
        }
        Signal();
    }

    private string? Next()
    {
        lock (gate)
        {
            if (!waiting.TryDequeue(out var id))
                return null;
            changed.Remove(id);
            return id;
        }
    }

    private void Say(MessageWriter writer, string id)
    {
        if (said.Contains(id) || desk.Frame(owner, id, out var isLast) is not { } frame)
            return;
        Say(writer, frame.AsSpan(1));
        if (!isLast)
            return;
        said.Add(id);
        saidFirst.Enqueue(id);
        if (saidFirst.Count > MaxSaid)
            said.Remove(saidFirst.Dequeue());
    }

    private void Say(MessageWriter writer, ReadOnlySpan<byte> text)
    {
        writer.Begin();
        writer.Add(Own, text);
        writer.End();
    }
}
