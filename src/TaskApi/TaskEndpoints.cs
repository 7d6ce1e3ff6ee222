using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Streaming.Scanning;
using StockPipeline.Tasks;

namespace StockPipeline.TaskApi;

/// <summary>Tasks and schedules over HTTP.</summary>
public static class TaskEndpoints
{
    private const int MaxPage = 200;
    private const int UsualPage = 50;
    private const string KeyHeader = "Idempotency-Key";

    /// <summary>Maps everything under <c>/api/tasks</c> and <c>/api/schedules</c>.</summary>
    /// <param name="routes">Of the door.</param>
    /// <param name="desk">What stands behind.</param>
    /// <param name="caller">Who asks.</param>
    public static void MapTasks(this IEndpointRouteBuilder routes, TaskDesk desk, ITaskCaller caller)
    {
        MapTasks(TaskAnswers.Group(routes, desk, "/api/tasks", "tasks"), desk, caller);
        MapSchedules(TaskAnswers.Group(routes, desk, "/api/schedules", "schedules"), desk, caller);
    }

    private static void MapTasks(RouteGroupBuilder tasks, TaskDesk desk, ITaskCaller caller)
    {
        tasks.MapGet("/kinds", (Delegate)((HttpContext context) => TaskAnswers.JsonAsync(
                context, 200, Kinds(desk), TaskApiJson.Default.IReadOnlyListKindView)))
            .Named("task-kinds", "The kinds of task there are, with their parameters: what forms are made from.")
            .Produces<IReadOnlyList<KindView>>();
        tasks.MapPost("", async (HttpContext context, [FromHeader(Name = KeyHeader)] string? key) =>
            {
                var request = await TaskAnswers.BodyAsync(context, TaskApiJson.Default.TaskRequest);
                var owner = caller.OwnerOf(context);
                await TaskAnswers.AcceptedAsync(context, await desk.StartAsync(owner, request, Key(context, key), context.RequestAborted));
            })
            .Named("start-task", "Starts a task. Sent again under the same Idempotency-Key it is still one task.")
            .Accepts<TaskRequest>("application/json").Produces<TaskView>(202).Refuses(400, 422, 429, 503);
        tasks.MapGet("", (HttpContext context, string? state, string? limit, string? cursor) => TaskAnswers.JsonAsync(
                context, 200, List(desk, caller.OwnerOf(context), state, limit, cursor), TaskApiJson.Default.TaskPage))
            .Named("tasks", "The tasks of whoever asks, newest first; long results are left out.").Produces<TaskPage>().Refuses(400);
        tasks.MapGet("/{id}", async (HttpContext context, string id) =>
            {
                var entry = await desk.FindAsync(caller.OwnerOf(context), id, context.RequestAborted);
                await TaskAnswers.JsonAsync(context, 200, desk.View(entry), TaskApiJson.Default.TaskView);
            })
            .Named("task", "One task: its state, progress, error and short result.").Produces<TaskView>().Refuses(404);
        tasks.MapDelete("/{id}", async (HttpContext context, string id) => await TaskAnswers.AcceptedAsync(
                context, await desk.CancelAsync(caller.OwnerOf(context), id, context.RequestAborted)))
            .Named("cancel-task", "Cancels a task; one that has ended stays as it ended.").Produces<TaskView>(202).Refuses(404, 503);
        tasks.MapGet("/{id}/result", (HttpContext context, string id) => ResultAsync(context, desk, caller.OwnerOf(context), id))
            .Named("task-result", "The result, of any length: JSON, or a file as a download.").Produces(200).Refuses(404, 409, 410);
    }

    private static void MapSchedules(RouteGroupBuilder schedules, TaskDesk desk, ITaskCaller caller)
    {
        schedules.MapGet("", (Delegate)((HttpContext context) => TaskAnswers.JsonAsync(
                context, 200, desk.Schedules.List(), TaskApiJson.Default.IReadOnlyListScheduleView)))
            .Named("schedules", "All schedules, with their next time and their last task.").Produces<IReadOnlyList<ScheduleView>>();
        schedules.MapPut("/{name}", async (HttpContext context, string name) =>
            {
                await AdmitAsync(context, caller);
                var request = await TaskAnswers.BodyAsync(context, TaskApiJson.Default.ScheduleRequest);
                var view = await desk.Schedules.PutAsync(caller.OwnerOf(context), name, request, context.RequestAborted);
                await TaskAnswers.JsonAsync(context, 200, view, TaskApiJson.Default.ScheduleView);
            })
            .Named("save-schedule", "Makes or changes a schedule.").Accepts<ScheduleRequest>("application/json").Produces<ScheduleView>()
            .Refuses(400, 403, 409, 422);
        schedules.MapDelete("/{name}", async (HttpContext context, string name) =>
            {
                await AdmitAsync(context, caller);
                await desk.Schedules.DeleteAsync(name, context.RequestAborted);
                context.Response.StatusCode = 204;
            })
            .Named("remove-schedule", "Removes a schedule; its tasks stay.").Produces(204).Refuses(403, 404);
        schedules.MapPost("/{name}/run", async (HttpContext context, string name, [FromHeader(Name = KeyHeader)] string? key) =>
            {
                await AdmitAsync(context, caller);
                var request = ScheduleDesk.RequestOf(desk.Schedules.Find(name));
                var owner = caller.OwnerOf(context);
                await TaskAnswers.AcceptedAsync(context, await desk.StartAsync(owner, request, Key(context, key), context.RequestAborted));
            })
            .Named("run-schedule", "Starts the task of a schedule now, beside its times.").Produces<TaskView>(202).Refuses(403, 404, 429, 503);
    }

    private static async Task ResultAsync(HttpContext context, TaskDesk desk, string owner, string id)
    {
        var entry = await desk.FindAsync(owner, id, context.RequestAborted);
        var stage = entry.State.Stage;
        if (!TaskLife.IsOver(stage))
            throw new RequestRefused(409, "not-ended", $"The task is {TaskDesk.NameOf(stage)}.") { RetryAfter = TimeSpan.FromSeconds(1) };
        if (stage != TaskStage.Succeeded)
            throw new RequestRefused(404, "no-result", $"The task has {TaskDesk.NameOf(stage)} and left no result.");
        try
        {
            if (entry.State.Place is { } place)
            {
                await SendAsync(context, desk, entry.State, place);
                return;
            }
            var whole = await desk.Results.WholeAsync(entry, context.RequestAborted);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(whole.Result ?? "null", context.RequestAborted);
        }
        catch (RecordsGoneException) when (!context.Response.HasStarted)
        {
            throw new RequestRefused(410, "result-gone", "The result is not kept any more: start the task again.");
        }
    }

    private static async Task SendAsync(HttpContext context, TaskDesk desk, TaskState state, ResultPlace place)
    {
        await foreach (var piece in desk.Results.ReadAsync(state, context.RequestAborted))
        {
            if (!context.Response.HasStarted)
            {
                context.Response.ContentType = place.ContentType;
                context.Response.ContentLength = place.Bytes;
                context.Response.Headers.ContentDisposition = $"attachment; filename=\"{place.FileName}\"";
            }
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        }
    }

    private static TaskPage List(TaskDesk desk, string owner, string? state, string? limit, string? cursor)
    {
        var count = UsualPage;
        if (!string.IsNullOrEmpty(limit) && !(int.TryParse(limit, out count) && count is > 0 and <= MaxPage))
            throw RequestRefused.Unreadable($"limit is '{limit}'; a number from 1 to {MaxPage} is expected");
        var states = Enum.GetValues<TaskStage>().Select(TaskDesk.NameOf).ToList();
        if (!string.IsNullOrEmpty(state) && !states.Contains(state))
            throw RequestRefused.Unreadable($"state is '{state}'; {string.Join(", ", states)} are known");
        (long, string)? before = string.IsNullOrEmpty(cursor) ? null : Cursor.Read(cursor);
        return desk.List(owner, string.IsNullOrEmpty(state) ? null : state, count, before);
    }

    private static IReadOnlyList<KindView> Kinds(TaskDesk desk) =>
        [.. desk.Kinds.Select(kind => new KindView(
            kind.Name, kind.Description, kind.Timeout.TotalSeconds, [.. kind.Fields.Select(FieldView.Of)]))];

    private static string? Key(HttpContext context, string? key)
    {
        if (context.Request.Headers[KeyHeader].Count == 0)
            return null;
        return context.Request.Headers[KeyHeader].Count == 1 && key is { Length: > 0 and <= TaskId.MaxKeyLength }
            ? key
            : throw RequestRefused.Unreadable($"{KeyHeader} has 1 to {TaskId.MaxKeyLength} characters, and is given once");
    }

    private static async Task AdmitAsync(HttpContext context, ITaskCaller caller)
    {
        if (!await caller.IsAdminAsync(context))
            throw new RequestRefused(403, "not-allowed", "Schedules are changed by administrators.");
    }
}
