using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Options;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Metrics;
using StockPipeline.Streaming.Tables;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Connections;

/// <summary>A Kafka behind TLS and passwords, reached with what a user writes into the environment.</summary>
public sealed class SecuredKafkaTests(Brokers brokers) : IClassFixture<Brokers>
{
    [KafkaTheory]
    [InlineData("PLAIN")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512")]
    public async Task Records_are_written_and_read_with_every_mechanism(string mechanism)
    {
        await using var bench = await brokers.WorkbenchAsync(KafkaKind.Apache);
        var topic = await bench.TopicAsync(partitions: 1);
        await using var client = Client(Environment(mechanism));
        var log = new TableLog();

        await client.WriteTo(topic, bench.Codec).DeliverAsync("A", "1", Workbench.Limit);
        await using var running = new Running(client.ReadTables(TableAssignment.All, log, log.Keep(topic, bench.Codec)).RunAsync);

        await Eventually.TrueAsync(() => log.Saw($"{topic.Name}/0@0 A=1"));
    }

    [KafkaTheory]
    [InlineData("KAFKA_SASL_PASSWORD", "wrong", "uthentication")]
    [InlineData("KAFKA_SASL_USERNAME", "nobody", "uthentication")]
    public async Task Wrong_credentials_end_who_uses_them_and_say_so(string variable, string value, string said)
    {
        await using var bench = await brokers.WorkbenchAsync(KafkaKind.Apache);
        var topic = await bench.TopicAsync(partitions: 1);
        var environment = Environment("SCRAM-SHA-256");
        environment[variable] = value;
        await using var client = Client(environment);
        var log = new TableLog();

        await using var running = new Running(client.ReadTables(TableAssignment.All, log, log.Keep(topic, bench.Codec)).RunAsync);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => running.Ended.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System));
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.Empty(log.Values(topic));
    }

    [KafkaTheory]
    [InlineData("PLAIN")]
    public async Task A_broker_that_no_trusted_authority_vouches_for_gets_no_password(string mechanism)
    {
        await using var bench = await brokers.WorkbenchAsync(KafkaKind.Apache);
        var topic = await bench.TopicAsync(partitions: 1);
        var environment = Environment(mechanism);
        environment["KAFKA_SSL_CA"] = Brokers.Secured.OtherCaFile;
        await using var client = Client(environment);
        var log = new TableLog();

        await using var running = new Running(client.ReadTables(TableAssignment.All, log, log.Keep(topic, bench.Codec)).RunAsync);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => running.Ended.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System));
        Assert.Contains("certificate verify failed", failure.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Environment(string mechanism) => new()
    {
        ["KAFKA_CONNECT"] = Brokers.Secured.BootstrapServers,
        ["KAFKA_SECURITY_PROTOCOL"] = "sasl_ssl",
        ["KAFKA_SSL_CA"] = Brokers.Secured.CaFile,
        ["KAFKA_SASL_MECHANISM"] = mechanism,
        ["KAFKA_SASL_USERNAME"] = SecuredListener.Username,
        ["KAFKA_SASL_PASSWORD"] = Brokers.Secured.Password,
    };

    private static KafkaClient Client(Dictionary<string, string> environment)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(environment.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))).Build();
        var connection = OptionsReader.Read<KafkaOptions>(configuration).Connection;
        return new KafkaClient(connection, "secured", NullLoggerFactory.Instance, NoMetrics.Instance, TimeProvider.System);
    }
}
