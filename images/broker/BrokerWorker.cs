using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StockPipeline.Broker;
using StockPipeline.Broker.Log;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;

namespace StockPipeline.BrokerServer;

/// <summary>Where the embedded broker listens and keeps its log.</summary>
internal sealed class BrokerServiceOptions : IValidatableObject
{
    [ConfigurationKeyName("KAFKA_DATA")]
    public string DataFolder { get; set; } = "data/broker";

    [ConfigurationKeyName("KAFKA_LISTEN")]
    public string Listen { get; set; } = "127.0.0.1:9092";

    [ConfigurationKeyName("KAFKA_ADVERTISED")]
    public string? Advertised { get; set; }

    [ConfigurationKeyName("KAFKA_FLUSH")]
    public FlushPolicy Flush { get; set; } = FlushPolicy.Interval;

    [ConfigurationKeyName("KAFKA_AUTO_CREATE_TOPICS")]
    public bool AutoCreateTopics { get; set; }

    public BrokerOptions ToBrokerOptions(TimeProvider clock) => new()
    {
        DataFolder = DataFolder, Listen = Listen, Advertised = Advertised, Flush = Flush, AutoCreateTopics = AutoCreateTopics, Clock = clock,
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!ToBrokerOptions(TimeProvider.System).HasUsableAddresses)
        {
            yield return new ValidationResult(
                "HOST:PORT; to listen, an IP address, localhost or *, the last only together with KAFKA_ADVERTISED",
                [Advertised is null ? nameof(Listen) : nameof(Advertised)]);
        }
    }
}

/// <summary>The embedded broker as a service of its own.</summary>
internal sealed class BrokerWorker(IOptions<BrokerServiceOptions> options, ServiceLoggerFactory loggers, Health health, TimeProvider clock)
    : PipelineWorker
{
    private readonly HealthCheck listening = health.Check("listening");

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var broker = await EmbeddedBroker.StartAsync(options.Value.ToBrokerOptions(clock), loggers, cancellationToken);
        listening.Ready();
        await broker.Ended.WaitAsync(cancellationToken);
    }
}

public static class BrokerRegistration
{
    public static ServiceRegistration AddBroker(this IHostApplicationBuilder builder, string name = "broker", params IEnumerable<Setting> settings) =>
        builder.AddService<BrokerWorker>(name, settings).WithOptions<BrokerServiceOptions>();
}
