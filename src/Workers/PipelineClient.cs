using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting;
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

    public PipelineClient(ServiceContext context)
    {
        Context = context;
        var settings = context.Settings;
        Topics = new PipelineTopics(
            settings.Text("TOPIC_CONFIG", PipelineTopics.DefaultConfigTopic), settings.Text("TOPIC_PREFIX_MACD", PipelineTopics.DefaultMacdPrefix));
        Kafka = new KafkaClient(settings.Kafka(), context.Name, context.LoggerFactory, new StreamingTelemetry(context.Metrics), context.Clock)
        {
            DeadLetterTopic = Topics.DeadLetters.Name,
        };
        registry = new SchemaRegistryClient(settings.SchemaRegistry(), context.Clock);
        Codecs = new PipelineCodecs(
            new PatientRegistry(registry, context.Clock, context.Logger<PipelineClient>()), Topics, context.Clock);
    }

    public ServiceContext Context { get; }

    public PipelineTopics Topics { get; }

    public KafkaClient Kafka { get; }

    public PipelineCodecs Codecs { get; }

    public async ValueTask DisposeAsync()
    {
        await Kafka.DisposeAsync();
        registry.Dispose();
    }
}
