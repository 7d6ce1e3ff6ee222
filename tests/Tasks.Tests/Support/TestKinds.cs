using System.Collections.Concurrent;
using System.Text.Json;
using StockPipeline.Streaming.Groups;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Tasks.Kinds;

namespace StockPipeline.TasksTests.Support;

/// <summary>Kinds of task that do what a test wants of them.</summary>
internal static class TestKinds
{
    public static readonly TaskKind Echo = new("echo", "gives back what it was given",
        [new TaskField("text", FieldType.Text, "any text") { Required = true }]);

    public static readonly TaskKind Block = new("block", "waits until it may end",
        [new TaskField("name", FieldType.Text, "of the door") { Required = true }]);

    public static readonly TaskKind Fail = new("fail", "fails as it is told",
        [new TaskField("how", FieldType.Choice, "the failure") { Required = true, Choices = ["transient", "broken"] }]);

    public static readonly TaskKind Large = new("large", "gives much",
        [new TaskField("bytes", FieldType.WholeNumber, "how much") { Required = true }]);

    public static readonly IReadOnlyList<TaskKind> All = [.. TaskKinds.All, Echo, Block, Fail, Large];
}

/// <summary>Does the kinds of a test, in any number of workers at the same time.</summary>
internal sealed class TestRunners
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> doors = new();
    private readonly ConcurrentDictionary<string, int> begun = new();

    public IReadOnlyList<ITaskRunner> All =>
    [
        new Runner(TestKinds.Echo, (run, _) =>
        {
            Count(run);
            return Task.FromResult(TaskOutcome.Of(JsonSerializer.Serialize(run.Parameters.Text("text"))));
        }),
        new Runner(TestKinds.Block, async (run, cancellationToken) =>
        {
            Count(run);
            await Door(run.Parameters.Text("name")).Task.WaitAsync(cancellationToken);
            return TaskOutcome.Of($"{run.State.Run}");
        }),
        new Runner(TestKinds.Fail, (run, _) =>
        {
            Count(run);
            return run.Parameters.Text("how") == "broken" ? throw new InvalidOperationException("it is broken")
                : run.State.Attempt == 1 ? throw new TransientFailureException("it is away")
                : Task.FromResult(TaskOutcome.Of("true"));
        }),
        new Runner(TestKinds.Large, (run, _) =>
            Task.FromResult(TaskOutcome.Of(JsonSerializer.Serialize(new string('x', (int)run.Parameters.Number("bytes")))))),
    ];

    /// <summary>How often a task was begun, by anybody.</summary>
    public int BegunOf(string id) => begun.GetValueOrDefault(id);

    public void Open(string name) => Door(name).TrySetResult();

    private void Count(TaskRun run) => begun.AddOrUpdate(run.State.Id, 1, static (_, count) => count + 1);

    private TaskCompletionSource Door(string name) =>
        doors.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private sealed class Runner(TaskKind kind, Func<TaskRun, CancellationToken, Task<TaskOutcome>> run) : ITaskRunner
    {
        public TaskKind Kind => kind;

        public Task<TaskOutcome> RunAsync(TaskRun task, CancellationToken cancellationToken) => run(task, cancellationToken);
    }
}
