using StockPipeline.Contracts.Tasks;

namespace StockPipeline.Contracts.Topics;

/// <summary>The topics of tasks and schedules.</summary>
public static class TaskTopics
{
    private const int Partitions = 12;

    /// <summary>Tasks to be run.</summary>
    public static TopicDeclaration Orders { get; } = new()
    {
        Name = "tasks", Partitions = Partitions, Policy = CleanupPolicy.Delete, Retention = TimeSpan.FromDays(7), Key = "task id",
        Records = [typeof(TaskState)],
    };

    /// <summary>What is known of every task; ended ones are forgotten after a month, by tombstones.</summary>
    public static TopicDeclaration States { get; } = new()
    {
        Name = "task-state", Partitions = Partitions, Policy = CleanupPolicy.Compact, Key = "task id", Records = [typeof(TaskState)],
    };

    /// <summary>Wishes that every worker hears.</summary>
    public static TopicDeclaration Control { get; } = new()
    {
        Name = "task-control", Partitions = 1, Policy = CleanupPolicy.Delete, Retention = TimeSpan.FromDays(1), Key = "task id",
        Records = [typeof(TaskControl)],
    };

    /// <summary>How far running tasks are.</summary>
    public static TopicDeclaration Progress { get; } = new()
    {
        Name = "task-progress", Partitions = Partitions, Policy = CleanupPolicy.Delete, Retention = TimeSpan.FromDays(1), Key = "task id",
        Records = [typeof(TaskProgress)],
    };

    /// <summary>Long results, in pieces.</summary>
    public static TopicDeclaration Results { get; } = new()
    {
        Name = "task-results", Partitions = Partitions, Policy = CleanupPolicy.Delete, Retention = TimeSpan.FromDays(7), Key = "task id",
        Records = [typeof(TaskChunk)],
    };

    /// <summary>What is to be started when.</summary>
    public static TopicDeclaration Schedules { get; } = new()
    {
        Name = "schedules", Partitions = 1, Policy = CleanupPolicy.Compact, Key = "name", Records = [typeof(TaskSchedule)],
    };

    /// <summary>All of them, in the order they are created.</summary>
    public static IReadOnlyList<TopicDeclaration> All { get; } = [Orders, States, Control, Progress, Results, Schedules];
}
