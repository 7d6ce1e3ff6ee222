using StockPipeline.TaskBoard;

namespace StockPipeline.TaskApi;

/// <summary>
/// Tells the sockets of an owner what becomes of the owner's tasks. What is handed over is the task, not a queue: whoever is slow asks for the newest
/// state of each when it can take it. Safe from any thread.
/// </summary>
public sealed class TaskFeed : ITaskListener
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Action<string>>> subscribers = new(StringComparer.Ordinal);

    /// <summary>Calls back with the id of each task of the owner that changes; the callback is quick. Disposing ends it.</summary>
    public IDisposable Subscribe(string owner, Action<string> changed)
    {
        lock (gate)
        {
            if (!subscribers.TryGetValue(owner, out var list))
                subscribers.Add(owner, list = []);
            list.Add(changed);
        }
        return new Subscription(this, owner, changed);
    }

    void ITaskListener.Changed(TaskEntry entry, bool isLive)
    {
        if (isLive)
            Tell(entry.State.Owner, entry.State.Id);
    }

    internal void Tell(string owner, string id)
    {
        Action<string>[] told;
        lock (gate)
            told = subscribers.TryGetValue(owner, out var list) ? [.. list] : [];
        foreach (var one in told)
            one(id);
    }

    private sealed class Subscription(TaskFeed feed, string owner, Action<string> changed) : IDisposable
    {
        public void Dispose()
        {
            lock (feed.gate)
            {
                if (feed.subscribers.TryGetValue(owner, out var list) && list.Remove(changed) && list.Count == 0)
                    feed.subscribers.Remove(owner);
            }
        }
    }
}
