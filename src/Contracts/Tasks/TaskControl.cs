namespace StockPipeline.Contracts.Tasks;

/// <summary>A wish about a task; topic <c>task-control</c>, key the task's id. There is one: that it be cancelled.</summary>
public sealed record TaskControl(string Id, DateTimeOffset At);
