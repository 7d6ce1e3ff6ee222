using System.Text;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.Hosting.Status;

/// <summary>The pages that tell how a process is: <c>/health</c>, <c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c>.</summary>
public static class StatusPages
{
    /// <summary>For a service that has a port of its own: its health, and the metrics of the process.</summary>
    public static void MapStatusPages(this IEndpointRouteBuilder endpoints, ServiceContext context) =>
        endpoints.MapStatusPages(new StatusBoard([context.Health], context.Metrics.Registry));

    internal static void MapStatusPages(this IEndpointRouteBuilder endpoints, StatusBoard board)
    {
        RequestDelegate ready = http => ReadyAsync(http, board);
        endpoints.MapGet("/health", ready);
        endpoints.MapGet("/health/ready", ready);
        endpoints.MapGet("/health/live", (RequestDelegate)(http => LiveAsync(http, board)));
        endpoints.MapGet("/metrics", (RequestDelegate)(http =>
            AnswerAsync(http, StatusCodes.Status200OK, PrometheusText.ContentType, Encoding.UTF8.GetBytes(board.Metrics.ToString()))));
    }

    private static Task ReadyAsync(HttpContext http, StatusBoard board)
    {
        var status = board.IsStopping ? "stopping" : board.Services.All(service => service.IsReady) ? "ready" : "not ready";
        return HealthAsync(http, board, status, isGood: status == "ready");
    }

    private static Task LiveAsync(HttpContext http, StatusBoard board)
    {
        var alive = board.Services.All(service => service.IsAlive);
        return HealthAsync(http, board, alive ? "alive" : "stuck", alive);
    }

    private static Task HealthAsync(HttpContext http, StatusBoard board, string status, bool isGood) =>
        AnswerAsync(http, isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, "application/json",
            HealthReport.Write(status, board.Services));

    private static Task AnswerAsync(HttpContext http, int code, string type, byte[] body)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = type;
        http.Response.ContentLength = body.Length;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.Body.WriteAsync(body, 0, body.Length, http.RequestAborted);
    }
}
