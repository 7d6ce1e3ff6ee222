using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Streaming.Tables;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Tables;

/// <summary>Tables over logs that are compacted, poisoned, created anew or not there yet.</summary>
public sealed class TableChangesTests(Brokers brokers) : IClassFixture<Brokers>
{
    private static readonly TableReaderOptions Alert = new()
    {
        IdentityInterval = TimeSpan.FromMilliseconds(100), TickInterval = TimeSpan.FromMilliseconds(50), StopTimeout = Eventually.Patience,
    };

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_compacted_log_with_gaps_and_tombstones_gives_the_same_table(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 1);
        await bench.CompactQuicklyAsync(topic);
        await bench.FillAsync(topic, [.. Enumerable.Range(0, 300).Select(number => ($"K{number % 30}", (string?)$"{number}"))]);
        await bench.FillAsync(topic, [.. Enumerable.Range(0, 10).Select(number => ($"K{number}", (string?)null))]);
        await Eventually.SeeAsync(
            async () =>
            {
                // Only what stands before the segment being written is compacted.
                await bench.FillAsync(topic, ("roll", "on"));
                return await RawTopic.CountAsync(bench, topic);
            },
            count => count < 150);

        var log = new TableLog();
        var reader = bench.Client().ReadTables(TableAssignment.Of(0), log, log.Keep(topic, bench.Codec));
        await using var running = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp);

        var expected = Enumerable.Range(10, 20).ToDictionary(number => $"K{number}", number => $"{number + 270}");
        expected["roll"] = "on";
        Assert.Equal(expected.OrderBy(entry => entry.Key), log.Values(topic).OrderBy(entry => entry.Key));
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Poison_is_put_aside_and_reading_goes_on(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var deadLetters = await bench.DeadLetterTopicAsync();
        var topic = await bench.TopicAsync(partitions: 1);
        await bench.FillAsync(topic, ("A", "1"), ("B", TextCodec.Poison), ("C", "3"), ("D", TextCodec.Poison));
        var log = new TableLog();
        var reader = bench.Client("reader").ReadTables(TableAssignment.All, log, log.Keep(topic, bench.Codec));

        await using var running = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp);

        Assert.Equal(["A", "C"], log.Values(topic).Keys.Order());
        Assert.Equal(
            [
                $"B={TextCodec.Poison} from {topic.Name} [0] 1 by reader: it is poison",
                $"D={TextCodec.Poison} from {topic.Name} [0] 3 by reader: it is poison",
            ],
            await RawTopic.DeadLettersAsync(bench, deadLetters, 2));
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task An_outage_of_the_decoder_is_waited_out_and_nothing_is_passed_over(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        await bench.DeadLetterTopicAsync();
        var topic = await bench.TopicAsync(partitions: 1);
        await bench.FillAsync(topic, ("A", "1"), ("B", "2"));
        bench.Codec.IsOut = true;
        var log = new TableLog();
        var reader = bench.Client().ReadTables(TableAssignment.All, log, log.Keep(topic, bench.Codec));

        await using var running = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => bench.Metrics.Of("error decoding") >= 2);
        Assert.False(reader.IsCaughtUp);
        bench.Codec.IsOut = false;
        await Eventually.TrueAsync(() => reader.IsCaughtUp);

        Assert.Equal(["A", "B"], log.Values(topic).Keys.Order());
        Assert.Equal(0, bench.Metrics.Of($"dead {topic.Name}"));
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_topic_created_anew_underneath_is_read_again_from_its_beginning(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 2);
        await bench.FillAsync(topic, ("A", "old"), ("B", "old"), ("C", "old"), ("D", "old"));
        var log = new TableLog();
        var reader = bench.Client().ReadTables(TableAssignment.All, log, Alert, log.Keep(topic, bench.Codec));
        await using var running = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp);

        await bench.ProvisionAsync(topic);
        // More records than before: an offset of the old log points into the middle of the new one.
        await bench.FillAsync(topic, [.. Enumerable.Range(0, 40).Select(number => ($"N{number}", (string?)"new"))]);

        await Eventually.SeeAsync(() => log.Values(topic), values => values.Count == 40 && values.Values.All(value => value == "new"));
        Assert.True(log.Saw("revoked 0") && log.Saw("revoked 1"));
        await Eventually.TrueAsync(() => reader.IsCaughtUp);
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_topic_gone_for_a_while_is_waited_for_and_read_again_from_its_beginning(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 2);
        await bench.FillAsync(topic, ("A", "old"), ("B", "old"));
        TableLog followed = new(), shared = new();
        var group = TableAssignment.Group(bench.Group("readers"));
        var reader = bench.Client().ReadTables(TableAssignment.All, followed, Alert, followed.Keep(topic, bench.Codec));
        var member = bench.Client().ReadTables(group, shared, Alert, shared.Keep(topic, bench.Codec));
        await using var running = new Running(reader.RunAsync);
        await using var sharing = new Running(member.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp && member.IsCaughtUp);
        var ticks = (followed.Ticks, shared.Ticks);

        await bench.DeleteAsync(topic);
        // Gone for good, as far as the clients know by then: they have complained, and their lag has been asked for meanwhile.
        await Eventually.TrueAsync(() => bench.Metrics.Of("error connection") >= 2 || running.Ended.IsCompleted || sharing.Ended.IsCompleted);
        await Eventually.TrueAsync(() => followed.Ticks > ticks.Item1 + 60 && shared.Ticks > ticks.Item2 + 60);
        await bench.ProvisionAsync(topic);
        await bench.FillAsync(topic, [.. Enumerable.Range(0, 40).Select(number => ($"N{number}", (string?)"new"))]);

        await Eventually.SeeAsync(() => followed.Values(topic), values => values.Count == 40 && values.Values.All(value => value == "new"));
        await Eventually.SeeAsync(() => shared.Values(topic), values => values.Count == 40 && values.Values.All(value => value == "new"));
        await Eventually.TrueAsync(() => reader.IsCaughtUp && member.IsCaughtUp);
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_topic_that_is_not_there_yet_is_waited_for(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(create: false);
        var log = new TableLog();
        var reader = bench.Client().ReadTables(TableAssignment.All, log, Alert, log.Keep(topic, bench.Codec));
        await using var running = new Running(reader.RunAsync);

        await bench.ProvisionAsync(topic);
        await bench.FillAsync(topic, ("A", "1"));

        await Eventually.SeeAsync(() => log.Values(topic).Count, count => count == 1);
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Another_number_of_partitions_than_declared_ends_the_reader(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 2) with { Partitions = 3 };
        var reader = bench.Client().ReadTables(TableAssignment.All, new TableLog(), new TableLog().Keep(topic, bench.Codec));

        var failure = await Assert.ThrowsAsync<TopicMismatchException>(() => reader.RunAsync(Workbench.Limit));

        Assert.Contains("has 2 partitions and 3 are declared", failure.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_handler_that_throws_ends_the_reader_with_its_failure(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 1);
        await bench.FillAsync(topic, ("A", "1"));
        var table = Table.Of<string>(topic, bench.Codec, (_, _) => throw new NotSupportedException("of no use"));

        var failure = await Assert.ThrowsAsync<NotSupportedException>(
            () => bench.Client().ReadTables(TableAssignment.All, new TableLog(), table).RunAsync(Workbench.Limit));

        Assert.Equal("of no use", failure.Message);
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_batch_is_never_larger_than_its_limit_and_ticks_come_in_between(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 1, CleanupPolicy.Delete);
        await bench.FillAsync(topic, [.. Enumerable.Range(0, 100).Select(number => ($"K{number}", (string?)"1"))]);
        var (sizes, log) = (new List<int>(), new TableLog());
        var table = Table.Of<string>(topic, bench.Codec, (_, records) => sizes.Add(records.Length));
        var reader = bench.Client().ReadTables(TableAssignment.All, log, Alert with { MaxBatch = 7 }, table);

        await using var running = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp && log.Ticks > 2);
        await running.StopAsync();

        Assert.Equal(100, sizes.Sum());
        Assert.Equal(7, sizes.Max());
        Assert.Equal(100, bench.Metrics.Of($"consumed {topic.Name}"));
    }

    [Fact]
    public async Task A_reader_survives_the_death_of_its_broker()
    {
        await using var broker = await EmbeddedKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var topic = await bench.TopicAsync(partitions: 2);
        await bench.FillAsync(topic, ("A", "1"));
        var log = new TableLog();
        var reader = bench.Client().ReadTables(TableAssignment.Group("g"), log, log.Keep(topic, bench.Codec));
        await using var running = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp);

        await broker.AbandonAsync();
        await Eventually.TrueAsync(() => bench.Metrics.Of("error connection") > 0);
        await broker.ComeBackAsync();
        await bench.FillAsync(topic, ("B", "2"));

        await Eventually.SeeAsync(() => log.Values(topic).Count, count => count == 2);
        Assert.False(running.Ended.IsCompleted);
    }

    [Fact]
    public async Task Tables_of_a_group_must_have_equally_many_partitions()
    {
        await using var broker = await EmbeddedKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var (one, other) = (await bench.TopicAsync(partitions: 2), await bench.TopicAsync(partitions: 3));
        var log = new TableLog();

        Assert.Throws<ArgumentException>(() => bench.Client().ReadTables(
            TableAssignment.Group("g"), log, log.Keep(one, bench.Codec), log.Keep(other, bench.Codec)));
    }
}
