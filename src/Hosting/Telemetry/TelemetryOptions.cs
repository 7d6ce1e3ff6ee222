using System.ComponentModel.DataAnnotations;
using OpenTelemetry.Resources;
using StockPipeline.Hosting.Services;

namespace StockPipeline.Hosting.Telemetry;

/// <summary>
/// What of OpenTelemetry's variables decides whether and how much is sent. The SDK reads them too, and others besides; here they are checked,
/// because the SDK passes over what it does not understand without a word.
/// </summary>
public sealed class TelemetryOptions
{
    /// <summary>Where traces and metrics are sent; null for nowhere.</summary>
    [ConfigurationKeyName("OTEL_EXPORTER_OTLP_ENDPOINT")]
    public Uri? Endpoint { get; set; }

    [ConfigurationKeyName("OTEL_EXPORTER_OTLP_PROTOCOL"), AllowedValues("grpc", "http/protobuf")]
    public string Protocol { get; set; } = "grpc";

    [ConfigurationKeyName("OTEL_SERVICE_NAME")]
    public string? ServiceName { get; set; }

    /// <summary>Null for a share of the traces that begin here, and all that others have begun and keep.</summary>
    [ConfigurationKeyName("OTEL_TRACES_SAMPLER"),
        AllowedValues("always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio")]
    public string? Sampler { get; set; }

    [ConfigurationKeyName("OTEL_TRACES_SAMPLER_ARG"), Range(0.0, 1.0)]
    public double SampledShare { get; set; } = 0.01;
}

/// <summary>Says who sends: the name that is set, or that of the only service, or of the program.</summary>
internal sealed class ServiceName(TelemetryOptions options, ServiceCatalog catalog) : IResourceDetector
{
    public Resource Detect()
    {
        var name = options.ServiceName ?? (catalog.Instances is [var only] ? only.Name : AppDomain.CurrentDomain.FriendlyName);
        return new Resource([new("service.name", name), new("service.instance.id", $"{Environment.MachineName}-{Environment.ProcessId}")]);
    }
}
