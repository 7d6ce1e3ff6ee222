using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Streaming.Scanning;
using StockPipeline.Tasks;

namespace StockPipeline.TaskApi;

/// <summary>Tasks and schedules over HTTP.</summary>
public static class TaskEndpoints
{
    private const int MaxBody = 64 * 1024;
    private const int MaxPage = 200;
    private const int UsualPage = 50;
    private const string KeyHeader = "Idempotency-Key";

    /// <summary>Maps everything under <c>/api/tasks</c> and <c>/api/schedules</c>.</summary>
    /// <param name="routes">Of the door.</param>
    /// <param name="desk">What stands behind.</param>
    /// <param name="caller">Who asks.</param>
    public static void MapTasks(this IEndpointRouteBuilder routes, TaskDesk desk, ITaskCaller caller)
    {
        Map(routes, "GET", "/api/tasks/kinds", context => JsonAsync(context, 200, Kinds(desk), TaskApiJson.Default.IReadOnlyListKindView));
        Map(routes, "POST", "/api/tasks", async context =>
        {
            var request = await BodyAsync(context, TaskApiJson.Default.TaskRequest);
            var task = await desk.StartAsync(caller.OwnerOf(context), request, KeyOf(context), context.RequestAborted);
            await AcceptedAsync(context, task);
        });
        Map(routes, "GET", "/api/tasks", context => JsonAsync(context, 200, List(context, desk, caller), TaskApiJson.Default.TaskPage));
        Map(routes, "GET", "/api/tasks/{id}", async context =>
        {
            var entry = await desk.FindAsync(caller.OwnerOf(context), Id(context), context.RequestAborted);
            await JsonAsync(context, 200, desk.View(entry), TaskApiJson.Default.TaskView);
        });
        Map(routes, "DELETE", "/api/tasks/{id}", async context =>
            await AcceptedAsync(context, await desk.CancelAsync(caller.OwnerOf(context), Id(context), context.RequestAborted)));
        Map(routes, "GET", "/api/tasks/{id}/result", context => ResultAsync(context, desk, caller));
        Map(routes, "GET", "/api/schedules", context =>
            JsonAsync(context, 200, desk.Schedules.List(), TaskApiJson.Default.IReadOnlyListScheduleView));
        Map(routes, "PUT", "/api/schedules/{name}", async context =>
        {
            Admit(caller.IsAdmin(context));
            var request = await BodyAsync(context, TaskApiJson.Default.ScheduleRequest);
            var view = await desk.Schedules.PutAsync(caller.OwnerOf(context), Name(context), request, context.RequestAborted);
            await JsonAsync(context, 200, view, TaskApiJson.Default.ScheduleView);
        });
        Map(routes, "DELETE", "/api/schedules/{name}", async context =>
        {
            Admit(caller.IsAdmin(context));
            await desk.Schedules.DeleteAsync(Name(context), context.RequestAborted);
            context.Response.StatusCode = 204;
        });
        Map(routes, "POST", "/api/schedules/{name}/run", async context =>
        {
            Admit(caller.IsAdmin(context));
            var schedule = desk.Schedules.Find(Name(context));
            using var parameters = JsonDocument.Parse(schedule.Parameters);
            var request = new TaskRequest(schedule.Kind, parameters.RootElement.Clone(), null, $"schedule {schedule.Name}");
            await AcceptedAsync(context, await desk.StartAsync(caller.OwnerOf(context), request, KeyOf(context), context.RequestAborted));
        });
    }

    private static void Map(IEndpointRouteBuilder routes, string method, string path, Func<HttpContext, Task> handle) =>
        routes.MapMethods(path, [method], (RequestDelegate)(async context =>
        {
            try
            {
                await handle(context);
            }
            catch (RequestRefused refused)
            {
                await RefuseAsync(context, refused);
            }
        }));

    private static async Task ResultAsync(HttpContext context, TaskDesk desk, ITaskCaller caller)
    {
        var entry = await desk.FindAsync(caller.OwnerOf(context), Id(context), context.RequestAborted);
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

    private static TaskPage List(HttpContext context, TaskDesk desk, ITaskCaller caller)
    {
        var query = context.Request.Query;
        var limit = UsualPage;
        if (query["limit"].ToString() is { Length: > 0 } text
            && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is > 0 and <= MaxPage))
        {
            throw RequestRefused.Unreadable($"limit is '{text}'; a number from 1 to {MaxPage} is expected");
        }
        var state = query["state"].ToString() is { Length: > 0 } named ? named : null;
        var states = Enum.GetValues<TaskStage>().Select(TaskDesk.NameOf).ToList();
        if (state is not null && !states.Contains(state))
            throw RequestRefused.Unreadable($"state is '{state}'; {string.Join(", ", states)} are known");
        (long, string)? before = query["cursor"].ToString() is { Length: > 0 } cursor ? Cursor.Read(cursor) : null;
        return desk.List(caller.OwnerOf(context), state, limit, before);
    }

    private static IReadOnlyList<KindView> Kinds(TaskDesk desk) =>
        [.. desk.Kinds.Select(kind => new KindView(
            kind.Name, kind.Description, kind.Timeout.TotalSeconds, [.. kind.Fields.Select(FieldView.Of)]))];

    private static string? KeyOf(HttpContext context)
    {
        var keys = context.Request.Headers[KeyHeader];
        if (keys.Count == 0)
            return null;
        return keys is [{ Length: > 0 and <= TaskId.MaxKeyLength } key]
            ? key
            : throw RequestRefused.Unreadable($"{KeyHeader} has 1 to {TaskId.MaxKeyLength} characters, and is given once");
    }

    private static void Admit(bool isAdmin)
    {
        if (!isAdmin)
            throw new RequestRefused(403, "not-allowed", "Schedules are changed by administrators.");
    }

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static string Name(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    private static async Task<T> BodyAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        if (!context.Request.HasJsonContentType())
            throw new RequestRefused(415, "not-json", "A body of the type application/json is expected.");
        if (context.Request.ContentLength > MaxBody)
            throw new RequestRefused(413, "too-long", $"The body is longer than {MaxBody} bytes.");
        try
        {
            var bytes = new byte[MaxBody + 1];
            var length = await context.Request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, context.RequestAborted);
            if (length > MaxBody)
                throw new RequestRefused(413, "too-long", $"The body is longer than {MaxBody} bytes.");
            return JsonSerializer.Deserialize(bytes.AsSpan(0, length), type) ?? throw RequestRefused.Unreadable("The body is null.");
        }
        catch (JsonException broken)
        {
            throw RequestRefused.Unreadable($"The body is not what is expected: {broken.Message}");
        }
    }

    private static Task AcceptedAsync(HttpContext context, TaskView task)
    {
        context.Response.Headers.Location = task.Links.Self;
        context.Response.Headers.RetryAfter = "1";
        return JsonAsync(context, 202, task, TaskApiJson.Default.TaskView);
    }

    private static Task RefuseAsync(HttpContext context, RequestRefused refused)
    {
        if (refused.RetryAfter is { } pause)
            context.Response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var problem = new Problem(
            $"urn:stockpipeline:{refused.Code}", refused.Code.Replace('-', ' '), refused.Status, refused.Message, refused.Code,
            Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier,
            refused.Errors is { } errors ? [.. errors.Select(one => new ProblemPlace(one.At, one.Message))] : null);
        return JsonAsync(context, refused.Status, problem, TaskApiJson.Default.Problem, "application/problem+json");
    }

    private static async Task JsonAsync<T>(
        HttpContext context, int status, T value, JsonTypeInfo<T> type, string contentType = "application/json")
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
