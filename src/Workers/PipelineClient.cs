using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;

namespace StockPipeline.Workers;

/// <summary>
/// What every worker of the pipeline holds: the way into Kafka, the codecs of its records and the names of the topics. Made from the
/// settings; connects to nothing until used.
/// </summary>
public sealed class PipelineClient : IAsyncDisposable
{
    private readonly SchemaRegistryClient registry;
    private readonly ILoggerFactory loggers;

    public PipelineClient(
        ServiceInstance instance, IOptions<KafkaOptions> kafka, IOptions<SchemaRegistryOptions> schemaRegistry, IOptions<TopicOptions> topics,
        Health health, Metrics metrics, TimeProvider clock, ServiceLoggerFactory loggers)
        : this(instance.Name, kafka.Value.Connection, schemaRegistry.Value.Connection, topics.Value.Topics, health, metrics, clock, loggers)
    {
    }

    private PipelineClient(
        string name, KafkaConnection kafka, SchemaRegistryConnection schemaRegistry, PipelineTopics topics, Health health, Metrics metrics,
        TimeProvider clock, ILoggerFactory loggers)
    {
        (this.loggers, Health, Metrics, Clock) = (loggers, health, metrics, clock);
        Topics = topics;
        Kafka = new KafkaClient(kafka, name, loggers, new StreamingTelemetry(metrics), clock) { DeadLetterTopic = Topics.DeadLetters.Name };
        registry = new SchemaRegistryClient(schemaRegistry);
        Codecs = new PipelineCodecs(new RetryingSchemaRegistry(registry, clock, loggers.CreateLogger<PipelineClient>()), Topics, clock);
    }

    public PipelineTopics Topics { get; }

    public Health Health { get; }

    public Metrics Metrics { get; }

    public TimeProvider Clock { get; }

    public KafkaClient Kafka { get; }

    public PipelineCodecs Codecs { get; }

    /// <summary>Makes a client outside a host: for programs that are no service, and for tests.</summary>
    public static PipelineClient Of(string name, IReadOnlyDictionary<string, string> settings, TimeProvider clock, ILoggerFactory loggers)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))).Build();
        return new PipelineClient(name, OptionsReader.Read<KafkaOptions>(configuration).Connection,
            OptionsReader.Read<SchemaRegistryOptions>(configuration).Connection, OptionsReader.Read<TopicOptions>(configuration).Topics,
            new Health(name, clock), Metrics.Of(name, clock), clock, loggers);
    }

    public ILogger<T> Logger<T>() => loggers.CreateLogger<T>();

    public async ValueTask DisposeAsync()
    {
        await Kafka.DisposeAsync();
        registry.Dispose();
    }
}

/// <summary>The two topic names that users may change, and the indicators that have topics.</summary>
public sealed class TopicOptions : IValidatableObject
{
    [ConfigurationKeyName("TOPIC_CONFIG")]
    public string ConfigTopic { get; set; } = PipelineTopics.DefaultConfigTopic;

    [ConfigurationKeyName("TOPIC_PREFIX_MACD")]
    public string MacdPrefix { get; set; } = PipelineTopics.DefaultMacdPrefix;

    [ConfigurationKeyName("INDICATORS")]
    public string Indicators { get; set; } = PipelineTopics.DefaultIndicators;

    public PipelineTopics Topics => new(ConfigTopic, MacdPrefix, ChosenIndicators.Parse(Indicators).Select(indicator => indicator.Slug));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ChosenIndicators.Problem(Indicators) is { } problem)
            yield return new ValidationResult(problem, [nameof(Indicators)]);
    }
}

public static class PipelineClientRegistration
{
    /// <summary>Gives the service a <see cref="PipelineClient"/> of its own, disposed when it has stopped.</summary>
    public static ServiceRegistration WithPipelineClient(this ServiceRegistration service) =>
        service.WithOptions<KafkaOptions>().WithOptions<SchemaRegistryOptions>().WithOptions<TopicOptions>().With<PipelineClient>()
            .MadeWith("librdkafka", PackagedLibrdkafka.Version);
}
