namespace StockPipeline.Contracts.Tasks;

/// <summary>Where a task stands. The numbers are the positions of the symbols in the Avro enum.</summary>
public enum TaskStage
{
    /// <summary>Accepted, and waits for a worker.</summary>
    Queued = 0,

    /// <summary>A worker has claimed it.</summary>
    Running = 1,

    /// <summary>Failed for a reason that may pass; it is queued again when its time has come.</summary>
    Retrying = 2,

    /// <summary>Ended with a result.</summary>
    Succeeded = 3,

    /// <summary>Ended without one, for good.</summary>
    Failed = 4,

    /// <summary>Ended because its owner wished so.</summary>
    Cancelled = 5,
}
