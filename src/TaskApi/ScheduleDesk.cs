using System.Text.Json;
using StockPipeline.Contracts.Tasks;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Tasks.Schedules;

namespace StockPipeline.TaskApi;

/// <summary>Schedules as one door offers them.</summary>
internal sealed class ScheduleDesk(
    ScheduleTable table, TaskTable tasks, TaskWriters writers, IReadOnlyList<TaskKind> kinds, TaskLimits limits, TimeProvider clock)
{
    private const int MaxName = 60;

    public IReadOnlyList<ScheduleView> List() => [.. (table.All ?? []).Select(View)];

    /// <exception cref="RequestRefused">There is none of this name.</exception>
    public TaskSchedule Find(string name) => table.Find(name) ?? throw RequestRefused.NotFound($"There is no schedule {name}.");

    public async Task<ScheduleView> PutAsync(string owner, string name, ScheduleRequest request, CancellationToken cancellationToken)
    {
        var schedule = Read(owner, name, request);
        if (table.Find(name) is null && table.All?.Count >= limits.MaxSchedules)
            throw new RequestRefused(409, "too-many-schedules", $"There are {limits.MaxSchedules} schedules already, which is all there may be.");
        await writers.Schedules.DeliverAsync(name, schedule, cancellationToken);
        return View(schedule);
    }

    /// <summary>What starts its task by hand.</summary>
    public static TaskRequest RequestOf(TaskSchedule schedule)
    {
        using var parameters = JsonDocument.Parse(schedule.Parameters);
        return new TaskRequest(schedule.Kind, parameters.RootElement.Clone(), null, TagOf(schedule));
    }

    private static string TagOf(TaskSchedule schedule) => $"schedule {schedule.Name}";

    private static ScheduleView.LastView LastOf(TaskState last) => new(
        last.Id, last.Slot ?? last.Created, TaskDesk.NameOf(last.Stage), last.Ended,
        last.ErrorCode is { } code ? new ErrorView(code, last.ErrorText ?? string.Empty) : null,
        last.Result is { } result && result.Length <= TaskDesk.MaxListedResult ? TaskDesk.Parse(result) : null);

    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        Find(name);
        await writers.Schedules.DeliverAsync(name, null, cancellationToken);
    }

    public ScheduleView View(TaskSchedule schedule)
    {
        var next = schedule.Enabled && ScheduleTimes.TryRead(schedule.Cron, schedule.Zone, out var times, out _)
            ? times.After(clock.GetUtcNow())
            : null;
        var byHand = TagOf(schedule);
        var last = tasks.OfOwner(schedule.Owner, null, LookBack)
            .FirstOrDefault(entry => entry.State.Schedule == schedule.Name || entry.State.Tag == byHand)?.State;
        using var parameters = JsonDocument.Parse(schedule.Parameters);
        return new ScheduleView(
            schedule.Name, schedule.Kind, parameters.RootElement.Clone(), schedule.Cron, schedule.Zone, ScheduleView.NameOf(schedule.Missed),
            schedule.Enabled, schedule.Owner, schedule.Since, next,
            last is null ? null : LastOf(last));
    }

    /// <summary>How many of the owner's newest tasks are looked through for the schedule's last one.</summary>
    private const int LookBack = 500;

    private TaskSchedule Read(string owner, string name, ScheduleRequest request)
    {
        var problems = new List<FieldProblem>();
        if (name.Length is 0 or > MaxName || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
            problems.Add(new FieldProblem("/name", $"1 to {MaxName} letters, digits, '-', '_' or '.' are expected"));
        var kind = kinds.FirstOrDefault(one => one.Name == request.Type);
        var parameters = "{}";
        if (kind is null)
            problems.Add(new FieldProblem("/type", $"one of {string.Join(", ", kinds.Select(one => one.Name))} is expected"));
        else
            problems.AddRange(kind.Read(request.Params, "/params", out parameters));
        var zone = request.Zone ?? "UTC";
        if (!ScheduleTimes.TryRead(request.Cron ?? string.Empty, zone, out _, out var wrong))
            problems.Add(new FieldProblem($"/{wrong.Field}", wrong.Message));
        if (!TryRead(request.Missed, out var missed))
            problems.Add(new FieldProblem("/missed", "newest, each or none is expected"));
        if (problems.Count > 0)
            throw RequestRefused.Invalid(problems);
        return new TaskSchedule
        {
            Name = name, Owner = owner, Cron = request.Cron!, Zone = zone, Missed = missed, Kind = kind!.Name, Parameters = parameters,
            Enabled = request.Enabled ?? true, Since = clock.Now(),
        };
    }

    private static bool TryRead(string? text, out MissedSlots missed)
    {
        missed = MissedSlots.Newest;
        return text is null || (text.All(char.IsAsciiLetterLower) && Enum.TryParse(text, ignoreCase: true, out missed));
    }
}
