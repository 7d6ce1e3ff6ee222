using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.DeadLetters;
using StockPipeline.Streaming.Tables;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Tables;

/// <summary>Poison that is too large for the dead letters must not stop its partition for ever.</summary>
public sealed class LargeDeadLetterTests(Brokers brokers) : IClassFixture<Brokers>
{
    private const int Megabyte = 1_000_000;

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Poison_of_the_largest_size_is_cut_says_how_long_it_was_and_lets_reading_go_on(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var deadLetters = await bench.DeadLetterTopicAsync();
        var topic = await bench.TopicAsync(partitions: 1);
        await LimitAsync(bench, topic, 3 * Megabyte);
        var poison = TextCodec.Poison + new string('x', 2 * Megabyte);

        var letter = await PassedOverAsync(bench, topic, deadLetters, "B", poison);

        Assert.Equal(poison[..letter.Message.Value!.Length], letter.Message.Value);
        Assert.InRange(letter.Message.Value.Length, Megabyte / 2, Megabyte);
        Assert.Equal($"{poison.Length}", Header(letter, DeadLetterHeaders.ValueBytes));
        Assert.Equal("B", letter.Message.Key);
        Assert.Equal($"{topic.Name} 1", $"{Header(letter, DeadLetterHeaders.Topic)} {Header(letter, DeadLetterHeaders.Offset)}");
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_letter_shrinks_until_a_topic_with_a_lower_limit_takes_it(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var deadLetters = await bench.DeadLetterTopicAsync();
        await LimitAsync(bench, deadLetters, 20_000);
        var topic = await bench.TopicAsync(partitions: 1);
        var (key, poison) = (new string('k', 30_000), TextCodec.Poison + new string('x', 60_000));

        var letter = await PassedOverAsync(bench, topic, deadLetters, key, poison);

        Assert.InRange(letter.Message.Key.Length + letter.Message.Value!.Length, 5_000, 20_000);
        Assert.Equal((key.Length, poison.Length), (int.Parse(Header(letter, DeadLetterHeaders.KeyBytes)!, null),
            int.Parse(Header(letter, DeadLetterHeaders.ValueBytes)!, null)));
    }

    /// <summary>Puts poison between two good records, sees both read, and gives the letter.</summary>
    private static async Task<ConsumeResult<string, string?>> PassedOverAsync(
        Workbench bench, TopicDeclaration topic, TopicDeclaration deadLetters, string key, string poison)
    {
        await bench.FillAsync(topic, ("A", "1"));
        await WriteAsync(bench, topic, key, poison);
        await bench.FillAsync(topic, ("C", "3"));
        var log = new TableLog();
        var reader = bench.Client("reader").ReadTables(TableAssignment.All, log, log.Keep(topic, bench.Codec));

        await using var running = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp);

        Assert.Equal(["A", "C"], log.Values(topic).Keys.Order());
        return Assert.Single(await RawTopic.ReadAsync(bench, deadLetters, 1));
    }

    private static async Task WriteAsync(Workbench bench, TopicDeclaration topic, string key, string value)
    {
        using var producer = new ProducerBuilder<string, string>(
            new ProducerConfig { BootstrapServers = bench.Connection.BootstrapServers, MessageMaxBytes = 4 * Megabyte }).Build();
        await producer.ProduceAsync(new TopicPartition(topic.Name, 0), new Message<string, string> { Key = key, Value = value });
    }

    private static async Task LimitAsync(Workbench bench, TopicDeclaration topic, int bytes)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bench.Connection.BootstrapServers }).Build();
        await admin.IncrementalAlterConfigsAsync(new()
        {
            [new ConfigResource { Type = ResourceType.Topic, Name = topic.Name }] =
                [new ConfigEntry { Name = "max.message.bytes", Value = $"{bytes}", IncrementalOperation = AlterConfigOpType.Set }],
        });
    }

    private static string? Header(ConsumeResult<string, string?> letter, string name) =>
        letter.Message.Headers.TryGetLastBytes(name, out var bytes) ? Encoding.UTF8.GetString(bytes) : null;
}
