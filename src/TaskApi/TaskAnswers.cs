using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace StockPipeline.TaskApi;

/// <summary>How requests are read and answered: JSON both ways, and a problem for whatever is refused.</summary>
internal static class TaskAnswers
{
    private const int MaxBody = 64 * 1024;
    private const string ProblemType = "application/problem+json";

    /// <summary>Endpoints under a path, whose refusals become problems.</summary>
    public static RouteGroupBuilder Group(IEndpointRouteBuilder routes, TaskDesk desk, string path, string tag)
    {
        var group = routes.MapGroup(path).WithTags(tag);
        group.AddEndpointFilter(async (invocation, next) =>
        {
            try
            {
                if (!desk.Ready.IsCompletedSuccessfully)
                    throw new RequestRefused(503, "not-ready", "The tasks are being read.") { RetryAfter = TimeSpan.FromSeconds(1) };
                return await next(invocation);
            }
            catch (RequestRefused refused)
            {
                await RefuseAsync(invocation.HttpContext, refused);
                return Results.Empty;
            }
        });
        return group;
    }

    public static RouteHandlerBuilder Named(this RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint.WithName(name).WithSummary(summary);

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            endpoint.Produces<Problem>(status, ProblemType);
        return endpoint;
    }

    public static async Task<T> BodyAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        if (!context.Request.HasJsonContentType())
            throw new RequestRefused(415, "not-json", "A body of the type application/json is expected.");
        if (context.Request.ContentLength > MaxBody)
            throw new RequestRefused(413, "too-long", $"The body is longer than {MaxBody} bytes.");
        try
        {
            var bytes = new byte[Math.Min(context.Request.ContentLength ?? MaxBody, MaxBody) + 1];
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

    public static Task AcceptedAsync(HttpContext context, TaskView task)
    {
        context.Response.Headers.Location = task.Links.Self;
        context.Response.Headers.RetryAfter = "1";
        return JsonAsync(context, 202, task, TaskApiJson.Default.TaskView);
    }

    public static async Task JsonAsync<T>(
        HttpContext context, int status, T value, JsonTypeInfo<T> type, string contentType = "application/json")
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, RequestRefused refused)
    {
        if (refused.RetryAfter is { } pause)
            context.Response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var problem = new Problem(
            $"urn:stockpipeline:{refused.Code}", refused.Code.Replace('-', ' '), refused.Status, refused.Message, refused.Code,
            Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier,
            refused.Errors is { } errors ? [.. errors.Select(one => new ProblemPlace(one.At, one.Message))] : null);
        return JsonAsync(context, refused.Status, problem, TaskApiJson.Default.Problem, ProblemType);
    }
}
