using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.Hosting.Services;

/// <summary>The scope of dependency injection that a service lives in.</summary>
internal static class ServiceScope
{
    public static PipelineWorker Create(IServiceProvider services, ServiceInstance instance, Func<IServiceProvider, PipelineWorker> create)
    {
        var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentInstance>().Value = instance;
        var worker = create(scope.ServiceProvider);
        worker.Attach(scope, instance, services);
        return worker;
    }

    /// <summary>What every service finds in its scope under these types is its own.</summary>
    public static void AddServiceScopes(this IServiceCollection services)
    {
        services.AddScoped<CurrentInstance>();
        services.AddScoped(scope => scope.GetRequiredService<CurrentInstance>().Value
            ?? throw new InvalidOperationException("This belongs to a service and can only be had within its scope."));
        services.AddScoped<Health>(scope => scope.GetRequiredService<ServiceInstance>().Health!);
        services.AddScoped<Metrics>(scope => scope.GetRequiredService<ServiceInstance>().Metrics!);
        services.AddScoped(typeof(ILogger<>), typeof(ServiceLogger<>));
        services.AddScoped(scope => new ServiceLoggerFactory(
            scope.GetRequiredService<ILoggerFactory>(), scope.GetRequiredService<ServiceCatalog>(), scope.GetRequiredService<CurrentInstance>()));
        services.AddScoped(scope => new StatusPages(
            scope.GetRequiredService<ServiceCatalog>(), scope.GetRequiredService<HealthCheckService>(), scope.GetRequiredService<MeterProvider>(),
            [scope.GetRequiredService<ServiceInstance>()]));
    }
}

/// <summary>Which service a scope is of; null in the root, where the platform's own parts live.</summary>
internal sealed class CurrentInstance
{
    public ServiceInstance? Value { get; set; }
}

/// <summary>
/// Makes the loggers of one service: in a process of several, its name stands in front of the category. For parts that make loggers by
/// themselves; everything else takes an <see cref="ILogger{T}"/>.
/// </summary>
public sealed class ServiceLoggerFactory : ILoggerFactory
{
    private readonly ILoggerFactory inner;
    private readonly string prefix;

    internal ServiceLoggerFactory(ILoggerFactory inner, ServiceCatalog catalog, CurrentInstance current)
    {
        this.inner = inner;
        prefix = current.Value is { } instance && catalog.Instances.Count > 1 ? $"{instance.Name}/" : string.Empty;
    }

    public ILogger CreateLogger(string categoryName) => inner.CreateLogger(prefix + categoryName);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    // The log behind it is the process's.
    public void Dispose()
    {
    }
}

internal sealed class ServiceLogger<T>(ServiceLoggerFactory factory) : ILogger<T>
{
    private readonly ILogger logger = factory.CreateLogger(TypeNameOf(typeof(T)));

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => logger.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        logger.Log(logLevel, eventId, state, exception, formatter);

    private static string TypeNameOf(Type type) => type.FullName ?? type.Name;
}
