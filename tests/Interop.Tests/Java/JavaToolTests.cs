using StockPipeline.InteropTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.InteropTests.Java;

/// <summary>The command line tools of Apache Kafka against our broker. Each call starts a JVM, so there are no more than needed.</summary>
public sealed class JavaToolTests(Brokers brokers) : IClassFixture<Brokers>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // A tool lives for a second or two: what the JVM would gain later, it need not prepare.
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["KAFKA_HEAP_OPTS"] = "-Xmx128m", ["KAFKA_OPTS"] = "-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC",
    };

    [KafkaFact]
    public async Task Topics_are_created_altered_described_and_deleted()
    {
        var desk = await brokers.DeskAsync();
        var topic = desk.Named("tools");

        await RunAsync(desk, "kafka-topics", "--create", "--topic", topic, "--partitions", "3", "--config", "cleanup.policy=compact");
        await RunAsync(desk, "kafka-topics", "--alter", "--topic", topic, "--partitions", "4");
        var described = await RunAsync(desk, "kafka-topics", "--describe", "--topic", topic);
        await RunAsync(desk, "kafka-topics", "--delete", "--topic", topic);

        Assert.Contains("PartitionCount: 4", described, StringComparison.Ordinal);
        Assert.Contains("cleanup.policy=compact", described, StringComparison.Ordinal);
        Assert.DoesNotContain(topic, await RunAsync(desk, "kafka-topics", "--list"), StringComparison.Ordinal);
    }

    [KafkaFact]
    public async Task Configs_are_changed_shown_and_checked()
    {
        var desk = await brokers.DeskAsync();
        string[] entity = ["--entity-type", "topics", "--entity-name", await desk.TopicAsync(1, ("segment.ms", "7000"))];

        await RunAsync(desk, "kafka-configs", [.. entity, "--alter", "--add-config", "retention.ms=1234567", "--delete-config", "segment.ms"]);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunAsync(desk, "kafka-configs", [.. entity, "--alter", "--add-config", "retention.ms=soon"]));
        var shown = await RunAsync(desk, "kafka-configs", [.. entity, "--describe"]);

        Assert.Contains("InvalidConfigurationException", refused.Message, StringComparison.Ordinal);
        Assert.Contains("retention.ms=1234567", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("segment.ms", shown, StringComparison.Ordinal);
    }

    [KafkaFact]
    public async Task Records_go_through_the_console_and_a_group_is_described_reset_and_deleted()
    {
        var desk = await brokers.DeskAsync();
        var topic = await desk.TopicAsync();
        var group = desk.Named("console");

        await WriteAsync(desk, "one\ntwo\nthree\n", "kafka-console-producer", "--topic", topic);
        var read = await RunAsync(
            desk, "kafka-console-consumer", "--topic", topic, "--from-beginning", "--max-messages", "3", "--group", group);
        var described = await RunAsync(desk, "kafka-consumer-groups", "--describe", "--group", group);
        await RunAsync(desk, "kafka-consumer-groups", "--group", group, "--topic", topic, "--reset-offsets", "--to-offset", "1", "--execute");
        var again = await RunAsync(desk, "kafka-console-consumer", "--topic", topic, "--max-messages", "1", "--group", group);
        await RunAsync(desk, "kafka-consumer-groups", "--delete", "--group", group);

        Assert.Equal("one\ntwo\nthree", read);
        Assert.Matches($@"{group}\s+{topic}\s+0\s+3\s+3\s+0\s", described);
        Assert.Equal("two", again);
        using var admin = desk.Admin();
        Assert.DoesNotContain((await admin.ListConsumerGroupsAsync()).Valid, one => one.GroupId == group);
    }

    [KafkaFact]
    public async Task Records_are_deleted_and_counted()
    {
        var desk = await brokers.DeskAsync();
        var topic = await desk.TopicAsync();
        await desk.FillAsync(topic, Enumerable.Range(0, 10).Select(number => $"{number}"));
        using var folder = new TempFolder();
        var plan = folder.File("plan.json");
        await File.WriteAllTextAsync(plan, $$"""{"partitions":[{"topic":"{{topic}}","partition":0,"offset":4}],"version":1}""");

        await RunAsync(desk, "kafka-delete-records", "--offset-json-file", plan);

        Assert.Equal($"{topic}:0:4", await RunAsync(desk, "kafka-get-offsets", "--topic", topic, "--time", "earliest"));
        Assert.Equal($"{topic}:0:10", await RunAsync(desk, "kafka-get-offsets", "--topic", topic));
    }

    [KafkaFact]
    public async Task The_tools_that_measure_and_verify_find_nothing_wrong()
    {
        var desk = await brokers.DeskAsync();
        var topic = await desk.TopicAsync();
        string[] measure = ["--topic", topic, "--num-records", "1000", "--record-size", "150", "--throughput", "-1"];
        string[] verify = ["--topic", topic, "--group-id", desk.Named("verify"), "--reset-policy", "earliest", "--max-messages", "2000"];

        var measured = await ToolAsync(
            "kafka-producer-perf-test", null, [.. measure, "--producer-props", $"bootstrap.servers={desk.BootstrapServers}"]);
        var written = await RunAsync(desk, "kafka-verifiable-producer", "--topic", topic, "--max-messages", "1000");
        var read = await RunAsync(desk, "kafka-verifiable-consumer", verify);

        Assert.Contains("1000 records sent", measured, StringComparison.Ordinal);
        Assert.Contains("\"acked\":1000", written, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"offsets_committed\"", read, StringComparison.Ordinal);
        Assert.DoesNotContain("\"success\":false", read, StringComparison.Ordinal);
        Assert.Equal(2_000, desk.ReadAll(topic).Count);
    }

    private static Task<string> RunAsync(Desk desk, string tool, params string[] arguments) => WriteAsync(desk, null, tool, arguments);

    private static Task<string> WriteAsync(Desk desk, string? input, string tool, params string[] arguments) =>
        ToolAsync(tool, input, ["--bootstrap-server", desk.BootstrapServers, .. arguments]);

    private static Task<string> ToolAsync(string tool, string? input, string[] arguments) =>
        ChildProcess.OutputOfAsync(ApacheKafka.Tool(tool), arguments, input: input, patience: Patience, environment: Environment);
}
