namespace StockPipeline.Contracts.Tasks;

/// <summary>How far a running task is; topic <c>task-progress</c>, key the task's id.</summary>
/// <param name="Id">Of the task.</param>
/// <param name="Run">Which claim it belongs to; that of an older one is stale.</param>
/// <param name="Done">Of the total, in the kind's own unit.</param>
/// <param name="Total">0 where it is not known.</param>
/// <param name="Text">For people.</param>
/// <param name="At">When it was said.</param>
public sealed record TaskProgress(string Id, int Run, long Done, long Total, string Text, DateTimeOffset At);
