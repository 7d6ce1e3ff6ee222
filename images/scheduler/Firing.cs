using System.Collections.Concurrent;
using StockPipeline.Contracts.Tasks;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Tasks.Schedules;

namespace StockPipeline.Scheduler;

/// <summary>
/// Starts the tasks of schedules when their time has come. The id of such a task follows from the schedule and the time, so two that fire at once
/// start one task; the times done already are those of the tasks that are known.
/// </summary>
public sealed class Firing(
    TaskTable table, TaskWriters writers, IReadOnlyDictionary<string, TaskKind> kinds, SchedulerOptions options, TimeProvider clock,
    ILogger<Firing> log)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> lookedAt = new(StringComparer.Ordinal);
    private readonly Dictionary<TaskSchedule, ScheduleTimes?> read = [];

    /// <summary>A task of a schedule is known: its time is done.</summary>
    public void Saw(TaskState state)
    {
        if (state is { Schedule: { } schedule, Slot: { } slot })
            last.AddOrUpdate(schedule, slot, (_, known) => known > slot ? known : slot);
    }

    /// <summary>Whether the task stands for the newest time of its schedule that was done: were it forgotten, the time would be done again.</summary>
    public bool IsNewest(TaskState state) => state is { Schedule: { } schedule, Slot: { } slot } && last.TryGetValue(schedule, out var newest)
        && newest == slot;

    /// <summary>Starts what is due.</summary>
    public async Task LookAsync(IReadOnlyList<TaskSchedule> schedules, CancellationToken cancellationToken)
    {
        foreach (var gone in read.Keys.Except(schedules).ToList())
            read.Remove(gone);
        var now = clock.Now();
        foreach (var schedule in schedules.Where(one => one.Enabled))
        {
            if (TimesOf(schedule) is not { } times)
                continue;
            var since = Max(schedule.Since, Max(last.GetValueOrDefault(schedule.Name), lookedAt.GetValueOrDefault(schedule.Name)));
            foreach (var due in times.Due(since, now, schedule.Missed, options.Grace, options.MaxMissed))
                await FireAsync(schedule, due, now, cancellationToken);
            // What was let go is not looked at again.
            lookedAt[schedule.Name] = Max(now, since);
        }
    }

    private async Task FireAsync(TaskSchedule schedule, DateTimeOffset slot, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = TaskId.OfSlot(schedule.Name, slot);
        if (table.Find(id) is not null)
            return;
        var queued = new TaskState
        {
            Id = id, Owner = schedule.Owner, Kind = schedule.Kind, Parameters = schedule.Parameters,
            Digest = CanonicalJson.Digest(schedule.Kind, schedule.Parameters), Schedule = schedule.Name, Slot = slot, Stage = TaskStage.Queued,
            Attempt = 1, Created = now, Deadline = now + kinds[schedule.Kind].Timeout,
        };
        Log.Fired(log, schedule.Name, id, slot);
        using var expectation = table.Expect(queued);
        await writers.SayAsync(queued, cancellationToken);
        await expectation.Verdict.WaitAsync(cancellationToken);
        await writers.OrderAsync(queued, cancellationToken);
    }

    private ScheduleTimes? TimesOf(TaskSchedule schedule)
    {
        if (read.TryGetValue(schedule, out var known))
            return known;
        var why = kinds.ContainsKey(schedule.Kind) ? null : $"there are no tasks of the kind {schedule.Kind}";
        if (!ScheduleTimes.TryRead(schedule.Cron, schedule.Zone, out var times, out var problem))
            why = $"{problem.Field}: {problem.Message}";
        if (why is not null)
            Log.ScheduleRefused(log, schedule.Name, why);
        return read[schedule] = why is null ? times : null;
    }

    private static DateTimeOffset Max(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
