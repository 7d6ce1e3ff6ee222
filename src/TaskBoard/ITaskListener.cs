using StockPipeline.Contracts.Tasks;

namespace StockPipeline.TaskBoard;

/// <summary>Told of what happens to tasks, on the table's reading thread: quick, and never waiting for the table.</summary>
public interface ITaskListener
{
    /// <summary>A task is in another state than before.</summary>
    void Changed(TaskEntry entry, bool isLive)
    {
    }

    /// <summary>A record came that does not count: what is known stays true, and the topic's last word is wrong until it is said again.</summary>
    void Refused(TaskEntry known, TaskState refused)
    {
    }
}
