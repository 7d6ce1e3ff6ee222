using System.Text;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Scanning;

/// <summary>One partition read once, from its beginning to the end it has.</summary>
public sealed class PartitionScanTests(Brokers brokers) : IClassFixture<Brokers>
{
    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Each_record_is_shown_once_in_order_with_its_own_key_and_tombstones_are_told_from_empty_values(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 1);
        var client = bench.Client();
        var writer = client.WriteTo(topic, bench.Codec);
        var keys = Enumerable.Range(0, 30_000).Select(number => $"{new string('K', number % 300)}{number}").ToList();
        foreach (var key in keys)
            await writer.SendAsync(key, $"value of {key}", Workbench.Limit);
        await writer.SendAsync("empty", "", Workbench.Limit);
        await writer.SendAsync("gone", null, Workbench.Limit);
        await client.FlushAsync(Workbench.Limit);

        var seen = new List<string>();
        await client.ScanAsync(
            topic, 0, (key, value, isTombstone) =>
                seen.Add($"{Encoding.UTF8.GetString(key)}={(isTombstone ? "none" : Encoding.UTF8.GetString(value))}"), Workbench.Limit);

        Assert.Equal([.. keys.Select(key => $"{key}=value of {key}"), "empty=", "gone=none"], seen);
    }

    [Fact]
    public async Task What_a_visitor_throws_is_what_the_caller_gets_and_an_empty_partition_is_over_at_once()
    {
        await using var bench = await brokers.WorkbenchAsync(KafkaKind.Embedded);
        var topic = await bench.TopicAsync(partitions: 1);
        var client = bench.Client();
        await client.ScanAsync(topic, 0, (_, _, _) => Assert.Fail("there is nothing"), Workbench.Limit);
        await client.WriteTo(topic, bench.Codec).DeliverAsync("key", "value", Workbench.Limit);

        var thrown = await Assert.ThrowsAsync<InvalidDataException>(
            () => client.ScanAsync(topic, 0, (_, _, _) => throw new InvalidDataException("not this"), Workbench.Limit));

        Assert.Equal("not this", thrown.Message);
    }
}
