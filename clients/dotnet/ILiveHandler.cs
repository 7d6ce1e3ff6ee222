using System.Text.Json;

namespace StockPipeline.Live;

/// <summary>Told of one subscription, by one thread at a time. The newest row of a time is the truth.</summary>
public interface ILiveHandler
{
    /// <summary>A row of a series, or the changed rows of a board.</summary>
    void Row(JsonElement row);

    /// <summary>A task is in another state, or further than before; the last one of a task has its result.</summary>
    void TaskChanged(JsonElement task)
    {
    }

    /// <summary>What was said of the time in it no longer holds.</summary>
    void Removed(JsonElement row)
    {
    }

    /// <summary>Values of a stretch are about to be replaced.</summary>
    void Repair(JsonElement notice)
    {
    }

    /// <summary>The snapshot, or what was missed, is complete.</summary>
    void Mark(JsonElement mark)
    {
    }

    /// <summary>Everything is to be forgotten, or everything of one instrument: a snapshot follows.</summary>
    void Reset(string reason, string? figi);

    /// <summary>It cannot be subscribed to.</summary>
    void Refused(string code)
    {
    }
}
