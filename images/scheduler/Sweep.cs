using StockPipeline.Contracts.Tasks;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks;

namespace StockPipeline.Scheduler;

/// <summary>
/// Sees to it that no task is left lying: what is to be retried is queued again, what nobody ordered is ordered, what is late has failed, what
/// ended long ago is forgotten, and where a record that does not count is the last word of its task, what is true is said again.
/// </summary>
public sealed class Sweep(
    TaskTable table, TaskWriters writers, TaskResults results, Func<TaskState, bool> isKept, TaskLimits limits, SchedulerOptions options,
    TimeProvider clock, ILogger<Sweep> log)
{
    private readonly Dictionary<string, (DateTimeOffset At, TimeSpan Pause)> reminders = new(StringComparer.Ordinal);
    private DateTimeOffset forgottenAt;

    /// <summary>Looks at everything that has not ended.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var unfinished = table.Unfinished();
        foreach (var entry in unfinished)
            await LookAsync(entry.State, now, cancellationToken);
        if (reminders.Count > unfinished.Count)
            Drop([.. unfinished.Select(entry => entry.State.Id)]);
        if (now - forgottenAt < options.ForgetEvery)
            return;
        forgottenAt = now;
        await ForgetAsync(now, cancellationToken);
    }

    /// <summary>Says again what is true of a task.</summary>
    public async Task HealAsync(string id, CancellationToken cancellationToken)
    {
        if (table.Find(id) is { } known)
            await writers.SayAsync(await results.WholeAsync(known, cancellationToken), cancellationToken);
    }

    private async Task LookAsync(TaskState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var deadline = state.Stage == TaskStage.Running ? state.Deadline + options.LateBy : state.Deadline;
        if (now >= deadline)
        {
            Log.TaskLate(log, state.Id, state.Kind, state.Stage);
            await writers.SayAsync(TaskLife.Failed(state, "deadline", "Nobody finished it in the time it was given.", now), cancellationToken);
        }
        else if (state.Stage == TaskStage.Retrying && state.RetryAt <= now)
        {
            var again = TaskLife.Again(state);
            using var expectation = table.Expect(again);
            await writers.SayAsync(again, cancellationToken);
            if (await expectation.Verdict.WaitAsync(cancellationToken) == TaskVerdict.Accepted)
                await writers.OrderAsync(again, cancellationToken);
        }
        else if (state.Stage == TaskStage.Queued)
        {
            await RemindAsync(state, now, cancellationToken);
        }
    }

    private async Task RemindAsync(TaskState queued, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!reminders.TryGetValue(queued.Id, out var reminder))
        {
            // What was queued before we looked is given the same time: most likely it is in the workers' topic.
            reminders[queued.Id] = (now + options.OrderAgainAfter, options.OrderAgainAfter);
            return;
        }
        if (now < reminder.At)
            return;
        reminders[queued.Id] = (now + (reminder.Pause * 2), reminder.Pause * 2);
        Log.OrderedAgain(log, queued.Id, queued.Kind);
        await writers.OrderAsync(queued, cancellationToken);
    }

    private void Drop(HashSet<string> unfinished)
    {
        foreach (var id in reminders.Keys.Where(id => !unfinished.Contains(id)).ToList())
            reminders.Remove(id);
    }

    private async Task ForgetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var old = table.Where(state => TaskLife.IsOver(state.Stage) && state.Ended is { } ended && now - ended > limits.KeptFor && !isKept(state));
        foreach (var entry in old)
            await writers.ForgetAsync(entry.State.Id, cancellationToken);
        if (old.Count > 0)
            Log.Forgotten(log, old.Count);
    }
}
