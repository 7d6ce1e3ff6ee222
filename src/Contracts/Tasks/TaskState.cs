namespace StockPipeline.Contracts.Tasks;

/// <summary>
/// All that is known of one task; topic <c>task-state</c>, key the task's id. While it is queued the same record is the order to run it, in
/// topic <c>tasks</c>. Which record of a key counts is decided by the rules of the task's life, not by the last one alone.
/// </summary>
public sealed record TaskState
{
    public required string Id { get; init; }

    /// <summary>Whose task it is: a user's id, or that of a schedule's owner.</summary>
    public required string Owner { get; init; }

    public required string Kind { get; init; }

    /// <summary>What the kind is to work on, as JSON in its canonical form.</summary>
    public required string Parameters { get; init; }

    /// <summary>Of kind and parameters: the same id with another digest is another request under a key that is taken.</summary>
    public required string Digest { get; init; }

    /// <summary>The asker's own word for it.</summary>
    public string? Tag { get; init; }

    /// <summary>The schedule that asked, and the time it was due.</summary>
    public string? Schedule { get; init; }

    public DateTimeOffset? Slot { get; init; }

    public required TaskStage Stage { get; init; }

    /// <summary>1 at first; one more each time it is tried again after a failure that may pass.</summary>
    public required int Attempt { get; init; }

    /// <summary>How often a worker has claimed it: one more for each claim, whatever became of the one before.</summary>
    public int Run { get; init; }

    /// <summary>Who claimed it last.</summary>
    public string? Worker { get; init; }

    public required DateTimeOffset Created { get; init; }

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Ended { get; init; }

    /// <summary>When it has failed if it has not ended by then.</summary>
    public required DateTimeOffset Deadline { get; init; }

    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>A short word for what went wrong, and a sentence.</summary>
    public string? ErrorCode { get; init; }

    public string? ErrorText { get; init; }

    /// <summary>The result itself where it is short: JSON.</summary>
    public string? Result { get; init; }

    /// <summary>Where the result is otherwise.</summary>
    public ResultPlace? Place { get; init; }
}
