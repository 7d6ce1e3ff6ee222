using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Services;

namespace StockPipeline.Hosting.Status;

/// <summary>
/// Shows the health of each service to the platform's health checks, under the service's name: whether it is ready, and, with the tag for life,
/// whether none of its loops is stuck.
/// </summary>
internal sealed class ServiceHealthChecks(ServiceCatalog catalog) : IConfigureOptions<HealthCheckServiceOptions>
{
    public const string Ready = "ready";
    public const string Live = "live";

    private const string LoopsSuffix = " loops";

    public void Configure(HealthCheckServiceOptions options)
    {
        foreach (var instance in catalog.Instances)
        {
            options.Registrations.Add(new HealthCheckRegistration(instance.Name, new Check(() => ReadinessOf(instance.Health!)), null, [Ready]));
            options.Registrations.Add(
                new HealthCheckRegistration(instance.Name + LoopsSuffix, new Check(() => LifeOf(instance.Health!)), null, [Live]));
        }
    }

    /// <summary>Whether a registration is of one of these services, or of no service at all.</summary>
    public static bool Concerns(HealthCheckRegistration registration, IReadOnlyCollection<string> services, ServiceCatalog catalog)
    {
        var name = registration.Name.EndsWith(LoopsSuffix, StringComparison.Ordinal) ? registration.Name[..^LoopsSuffix.Length] : registration.Name;
        return services.Contains(name) || catalog.Find(name) is null;
    }

    private static HealthCheckResult ReadinessOf(Health health) => health.IsReady
        ? HealthCheckResult.Healthy()
        : HealthCheckResult.Unhealthy(string.Join("; ", health.Checks.Where(check => check.State != CheckState.Ready)
            .Select(check => $"{check.Name}: {check.Reason}")));

    private static HealthCheckResult LifeOf(Health health) => health.IsAlive
        ? HealthCheckResult.Healthy()
        : HealthCheckResult.Unhealthy(string.Join("; ", health.Loops.Where(loop => loop.IsStale).Select(loop => $"{loop.Name} is stuck")));

    private sealed class Check(Func<HealthCheckResult> ask) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(ask());
    }
}
