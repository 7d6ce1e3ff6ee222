using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.SchemaRegistry.Client;

namespace StockPipeline.Topics;

/// <summary>The whole tool: what was asked for, where Kafka is, the answer, the exit code.</summary>
internal sealed class TopicsTool(TextWriter output, TextWriter errors)
{
    private static readonly Dictionary<string, string> OnThisMachine = new(StringComparer.Ordinal)
    {
        ["KAFKA_CONNECT"] = "127.0.0.1:9092", ["SCHEMA_REGISTRY_URL"] = "http://127.0.0.1:8081",
    };

    private static readonly SchemaRegistryClientOptions Patience = SchemaRegistryClientOptions.Default with
    {
        RequestTimeout = TimeSpan.FromSeconds(5),
        Retry = new() { First = TimeSpan.FromMilliseconds(100), Cap = TimeSpan.FromSeconds(1), Attempts = 3 },
    };

    public int Run(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken stop)
    {
        try
        {
            var order = Order.Read(arguments);
            if (order.Command == "help")
            {
                output.WriteLine(Order.Help);
                return ExitCode.Clean;
            }
            if (order.Command == "indicators")
            {
                new IndicatorsCommand(output).Run();
                return ExitCode.Clean;
            }
            return Run(order, new Settings(Laid(OnThisMachine, environment, order.Variables)), stop);
        }
        catch (TopicsException sentence)
        {
            errors.WriteLine(sentence.Message);
            return ExitCode.Failed;
        }
    }

    private int Run(Order order, Settings settings, CancellationToken stop)
    {
        var (connection, registryConnection) = (settings.Kafka(), settings.SchemaRegistry());
        var topics = new PipelineTopics(
            settings.Text("TOPIC_CONFIG", PipelineTopics.DefaultConfigTopic), settings.Text("TOPIC_PREFIX_MACD", PipelineTopics.DefaultMacdPrefix),
            Slugs(settings.Text("INDICATORS", PipelineTopics.DefaultIndicators), settings));
        if (settings.Problems.Count > 0)
        {
            foreach (var problem in settings.Problems)
                errors.WriteLine(problem);
            return ExitCode.BadSettings;
        }
        using var kafka = new KafkaView(connection, stop);
        if (order.Command == "list")
        {
            new ListCommand(kafka, topics, output).Run(order);
            return ExitCode.Clean;
        }
        using var registry = new SchemaRegistryClient(registryConnection, Patience);
        var decoder = new RecordDecoder(registry, registryConnection.Url.ToString());
        var instruments = KnownInstruments.Read(kafka, decoder, topics.Config.Name);
        var writer = new RecordWriter(output, order.Json);
        if (order.Command == "gaps")
            new GapsCommand(kafka, topics, decoder, writer, errors).Run(order, instruments);
        else
            new PeekCommand(kafka, topics, decoder, writer, errors).Run(order, instruments);
        return ExitCode.Clean;
    }

    private static List<string> Slugs(string text, Settings settings)
    {
        try
        {
            return text == "none" ? [] : [.. IndicatorCatalogue.ParseList(text).Select(indicator => indicator.Slug)];
        }
        catch (FormatException wrong)
        {
            settings.Reject("INDICATORS", wrong.Message);
            return [];
        }
    }

    /// <summary>Later ones win; what is set to nothing is not set.</summary>
    private static Dictionary<string, string> Laid(params IReadOnlyDictionary<string, string>[] layers)
    {
        var laid = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in layers.SelectMany(layer => layer).Where(one => !string.IsNullOrWhiteSpace(one.Value)))
            laid[name] = value;
        return laid;
    }
}
