using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using StockPipeline.Hosting.Services;

namespace StockPipeline.Hosting.Status;

/// <summary>
/// The pages that tell how a process is: <c>/health</c>, <c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c>. A service that serves a
/// port of its own takes these from its scope and maps them there: its own health, and the metrics of the process.
/// </summary>
public sealed class StatusPages
{
    private readonly ServiceCatalog catalog;
    private readonly HealthCheckService checks;
    private readonly MeterProvider meters;
    private readonly IReadOnlyList<ServiceInstance> instances;

    internal StatusPages(ServiceCatalog catalog, HealthCheckService checks, MeterProvider meters, IReadOnlyList<ServiceInstance> instances)
    {
        (this.catalog, this.checks, this.meters, this.instances) = (catalog, checks, meters, instances);
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        RequestDelegate ready = http => AnswerAsync(http, ServiceHealthChecks.Ready, "ready", "not ready");
        endpoints.MapGet("/health", ready);
        endpoints.MapGet("/health/ready", ready);
        endpoints.MapGet("/health/live", (RequestDelegate)(http => AnswerAsync(http, ServiceHealthChecks.Live, "alive", "stuck")));
        endpoints.MapPrometheusScrapingEndpoint("/metrics", meters, configureBranchedPipeline: null, optionsName: null);
    }

    /// <summary>The same for every service of the process: for one whose port is the process's own.</summary>
    public void MapProcess(IEndpointRouteBuilder endpoints) => new StatusPages(catalog, checks, meters, catalog.Instances).Map(endpoints);

    private async Task AnswerAsync(HttpContext http, string tag, string good, string bad)
    {
        string[] names = [.. instances.Select(instance => instance.Name)];
        var report = await checks.CheckHealthAsync(
            check => check.Tags.Contains(tag) && ServiceHealthChecks.Concerns(check, names, catalog), http.RequestAborted);
        var isStopping = catalog.IsStopping && tag == ServiceHealthChecks.Ready;
        var isGood = report.Status != HealthStatus.Unhealthy && !isStopping;
        var body = HealthReport.Write(isStopping ? "stopping" : isGood ? good : bad, [.. instances.Select(instance => instance.Health!)]);
        http.Response.StatusCode = isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
