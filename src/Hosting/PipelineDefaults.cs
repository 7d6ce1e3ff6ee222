using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using StockPipeline.Contracts.Tracing;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.Hosting;

/// <summary>What every process of the pipeline has, whatever it runs: logging, telemetry, health, and services that end it when they end.</summary>
public static class PipelineDefaults
{
    /// <summary>Adds the defaults; comes before the services.</summary>
    public static IHostApplicationBuilder AddPipelineDefaults(this IHostApplicationBuilder builder)
    {
        var catalog = new ServiceCatalog();
        builder.Properties[typeof(ServiceCatalog)] = catalog;
        builder.Services.AddSingleton(catalog);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddServiceScopes();

        var (process, telemetry) = (new ProcessOptions(), new TelemetryOptions());
        var binder = new SettingsBinder(builder.Configuration);
        binder.Bind(process);
        binder.Bind(telemetry);
        foreach (var problem in binder.Problems)
            catalog.Refuse(problem);
        catalog.StopTimeoutText = DurationText.Show(process.StopTimeout);
        builder.Services.AddSingleton(Microsoft.Extensions.Options.Options.Create(process));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = process.StopTimeout);

        builder.Logging.AddConsoleLines(process);
        builder.AddTelemetry(telemetry, catalog);
        builder.Services.AddHealthChecks();
        builder.Services.AddSingleton<IConfigureOptions<HealthCheckServiceOptions>, ServiceHealthChecks>();
        // The first of all: its pages are there while the others start, and until they have stopped.
        builder.Services.AddHostedService<StatusServer>();
        return builder;
    }

    /// <summary>Meters and traces as OpenTelemetry has them: scraped from /metrics, and sent where the usual variables name a collector.</summary>
    private static void AddTelemetry(this IHostApplicationBuilder builder, TelemetryOptions options, ServiceCatalog catalog)
    {
        builder.Services.AddSingleton<PipelineMeter>();
        var telemetry = builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(PipelineMeter.Name)
            .AddPrometheusExporter(prometheus =>
            {
                // The names and labels that dashboards know; and whoever looks twice sees the second look.
                prometheus.ScopeInfoEnabled = false;
                prometheus.TargetInfoEnabled = false;
                prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
            }));
        if (options.Endpoint is null)
            return;
        telemetry.ConfigureResource(resource => resource.AddDetector(_ => new ServiceName(options, catalog)))
            .WithTracing(traces =>
            {
                traces.AddSource(PipelineTracing.SourceName);
                // The SDK's own default is to keep every trace, which is more than anybody wants of a stream of candles.
                if (options.Sampler is null)
                    traces.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.SampledShare)));
            })
            .UseOtlpExporter();
    }
}
