using Confluent.Kafka;
using StockPipeline.InteropTests.Support;
using StockPipeline.Testing.Kafka;
using Xunit.Abstractions;

namespace StockPipeline.InteropTests.Semantics;

/// <summary>What becomes of records whose acknowledgement is lost on the way: the same of our broker and of Apache Kafka.</summary>
public sealed class IdempotenceTests(Brokers brokers, ITestOutputHelper output) : IClassFixture<Brokers>
{
    private const int Records = 500;
    private const int LostEvery = 5;

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task An_idempotent_producer_whose_answers_are_lost_writes_every_record_once_and_in_order(KafkaKind kind)
    {
        var values = await WrittenAsync(kind, idempotent: true);

        Assert.Equal(Enumerable.Range(0, Records), values);
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Any_other_producer_whose_answers_are_lost_writes_some_records_twice(KafkaKind kind)
    {
        var values = await WrittenAsync(kind, idempotent: false);

        Assert.Equal(Enumerable.Range(0, Records), values.Distinct().Order());
        Assert.True(values.Count > Records);
    }

    private async Task<List<int>> WrittenAsync(KafkaKind kind, bool idempotent)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync();
        await using var wire = new LossyWire(desk.BootstrapServers, LostEvery);
        using var producer = new Desk(wire.BootstrapServers).Producer(config =>
            (config.EnableIdempotence, config.BatchNumMessages, config.RetryBackoffMs, config.LingerMs) = (idempotent, 20, 10, 1));

        var reports = await Task.WhenAll([.. Enumerable.Range(0, Records).Select(number =>
            producer.ProduceAsync(topic, new Message<string?, string?> { Value = $"{number}" }))]);

        output.WriteLine($"{wire.Lost} answers were lost");
        Assert.True(wire.Lost > 1);
        Assert.All(reports, report => Assert.Equal(PersistenceStatus.Persisted, report.Status));
        return [.. desk.ReadValues(topic).Select(value => int.Parse(value!, System.Globalization.CultureInfo.InvariantCulture))];
    }
}
