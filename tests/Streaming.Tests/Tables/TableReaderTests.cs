using StockPipeline.Streaming.Tables;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Tables;

public sealed class TableReaderTests(Brokers brokers) : IClassFixture<Brokers>
{
    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Everything_there_comes_before_caught_up_and_everything_later_after(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 1);
        await bench.FillAsync(topic, ("A", "1"), ("B", "2"), ("A", "3"));
        var log = new TableLog();
        var reader = bench.Client().ReadTables(TableAssignment.All, log, log.Keep(topic, bench.Codec));
        await using var running = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp);

        await bench.FillAsync(topic, ("C", "4"), ("A", null));
        await Eventually.TrueAsync(() => log.Saw($"{topic.Name}/0@4 A=(gone)"));
        await running.StopAsync();

        Assert.Equal(
            [
                "assigned 0", $"{topic.Name}/0@0 A=1", $"{topic.Name}/0@1 B=2", $"{topic.Name}/0@2 A=3", "caught up 0", "all caught up",
                $"{topic.Name}/0@3 C=4", $"{topic.Name}/0@4 A=(gone)", "revoked 0",
            ],
            log.Events);
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Partitions_are_given_up_as_well_when_the_stop_comes_while_a_schema_is_waited_for(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 1);
        await bench.FillAsync(topic, ("A", "1"));
        bench.Codec.IsOut = true;
        var log = new TableLog();
        var reader = bench.Client().ReadTables(TableAssignment.All, log, log.Keep(topic, bench.Codec));
        await using var running = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => bench.Metrics.Of("error decoding") > 0);

        await running.StopAsync();

        Assert.Equal(["assigned 0", "revoked 0"], log.Events);
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Empty_partitions_are_caught_up_at_once(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 4);
        await bench.FillAsync(topic, ("A", "1"));
        var log = new TableLog();
        var reader = bench.Client().ReadTables(TableAssignment.All, log, log.Keep(topic, bench.Codec));

        await using var running = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp);

        Assert.All(Enumerable.Range(0, 4), partition => Assert.Equal(1, log.Count($"caught up {partition}")));
        Assert.Equal(1, log.Count("all caught up"));
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_table_after_another_is_read_when_that_one_is_caught_up(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var (candles, values) = (await bench.TopicAsync(partitions: 1), await bench.TopicAsync(partitions: 1));
        await bench.FillAsync(values, ("A", "1"), ("B", "2"));
        await bench.FillAsync(candles, ("A", "3"), ("B", "4"));
        var log = new TableLog();
        var first = log.Keep(candles, bench.Codec);
        var reader = bench.Client().ReadTables(TableAssignment.All, log, first, log.Keep(values, bench.Codec).After(first));
        await using var running = new Running(reader.RunAsync);

        await Eventually.TrueAsync(() => reader.IsCaughtUp);
        await bench.FillAsync(candles, ("A", "5"));
        await Eventually.TrueAsync(() => log.Saw($"{candles.Name}/0@2 A=5"));
        await running.StopAsync();

        Assert.Equal(
            [
                "assigned 0", $"{candles.Name}/0@0 A=3", $"{candles.Name}/0@1 B=4", $"{values.Name}/0@0 A=1", $"{values.Name}/0@1 B=2", "caught up 0",
                "all caught up", $"{candles.Name}/0@2 A=5", "revoked 0",
            ],
            log.Events);
        Assert.Throws<ArgumentException>(() => bench.Client().ReadTables(
            TableAssignment.All, log, log.Keep(values, bench.Codec).After(first), log.Keep(candles, bench.Codec)));
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Empty_tables_after_another_are_caught_up_one_after_the_other_and_do_not_come_back_when_they_are_written(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var candles = await bench.TopicAsync(partitions: 2);
        var (first, second) = (await bench.TopicAsync(partitions: 2), await bench.TopicAsync(partitions: 2));
        await bench.FillAsync(candles, ("A", "1"));
        var log = new TableLog();
        var before = log.Keep(candles, bench.Codec);
        var next = Table.Loaded(first, bench.Codec, log.Take(first)).After(before);
        var last = Table.Loaded(second, bench.Codec, log.Take(second)).After(next);
        var reader = bench.Client().ReadTables(TableAssignment.All, log, before, next, last);
        await using var running = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp);

        await bench.FillAsync(first, ("A", "2"));
        await bench.FillAsync(candles, ("A", "3"));
        await Eventually.TrueAsync(() => log.Events.Any(one => one.EndsWith("A=3", StringComparison.Ordinal)));
        await running.StopAsync();

        Assert.All(Enumerable.Range(0, 2), partition => Assert.Equal(1, log.Count($"caught up {partition}")));
        Assert.Equal(1, log.Count("all caught up"));
        Assert.DoesNotContain(log.Events, one => one.EndsWith("A=2", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Members_of_a_group_hold_all_partitions_of_all_their_tables_once_and_together(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var (candles, values) = (await bench.TopicAsync(partitions: 6), await bench.TopicAsync(partitions: 6));
        var keys = Enumerable.Range(0, 60).Select(number => ($"F{number}/x", (string?)"1")).ToArray();
        await bench.FillAsync(candles, keys);
        await bench.FillAsync(values, keys);
        var group = TableAssignment.Group(bench.Group("readers"));
        var options = new TableReaderOptions { SessionTimeout = TimeSpan.FromSeconds(6), StopTimeout = Eventually.Patience };
        TableLog one = new(), two = new();
        TableReader Reader(TableLog log) =>
            bench.Client().ReadTables(group, log, options, log.Keep(candles, bench.Codec), log.Keep(values, bench.Codec));
        await using var first = new Running(Reader(one).RunAsync);
        await Eventually.SeeAsync(() => one.Held(candles.Name).Length, held => held == 6);

        await using (var second = new Running(Reader(two).RunAsync))
        {
            await Eventually.SeeAsync(() => (one.Held(values.Name).Length, two.Held(values.Name).Length), held => held == (3, 3));
            await Eventually.SeeAsync(() => (one.Held(candles.Name).Length, two.Held(candles.Name).Length), held => held == (3, 3));
            Assert.Equal(Enumerable.Range(0, 6), one.Held(candles.Name).Union(two.Held(candles.Name)).Order());
            Assert.Equal(two.Held(candles.Name), two.Held(values.Name));
            await second.StopAsync();
        }

        await Eventually.SeeAsync(() => one.Held(values.Name).Length, held => held == 6);
        Assert.Equal(60, one.Values(candles).Count);
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_table_only_loaded_is_not_followed_and_is_loaded_anew_with_each_partition_that_comes(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var (followed, loaded) = (await bench.TopicAsync(partitions: 2), await bench.TopicAsync(partitions: 2));
        (string, string?)[] All(string value) => [.. Enumerable.Range(0, 20).Select(number => ($"F{number}/x", (string?)value))];
        await bench.FillAsync(followed, All("old"));
        await bench.FillAsync(loaded, All("old"));
        var group = TableAssignment.Group(bench.Group("readers"));
        var options = new TableReaderOptions { SessionTimeout = TimeSpan.FromSeconds(6), StopTimeout = Eventually.Patience };
        TableLog one = new(), two = new();
        TableReader Reader(TableLog log) => bench.Client()
            .ReadTables(group, log, options, log.Keep(followed, bench.Codec), Table.Loaded<string>(loaded, bench.Codec, log.Take(loaded)));
        await using var first = new Running(Reader(one).RunAsync);
        await Eventually.TrueAsync(() => one.Saw("all caught up"));

        await bench.FillAsync(loaded, All("new"));
        await bench.FillAsync(followed, All("new"));
        await Eventually.TrueAsync(() => one.Values(followed).Values.All(value => value == "new"));
        Assert.All(one.Values(loaded).Values, value => Assert.Equal("old", value));
        int moved;
        await using (var second = new Running(Reader(two).RunAsync))
        {
            await Eventually.TrueAsync(() => two.Saw("all caught up") && two.Held(loaded.Name).Length == 1);
            moved = Assert.Single(two.Held(loaded.Name));
            Assert.All(two.Values(loaded).Values, value => Assert.Equal("new", value));
            await second.StopAsync();
        }

        await Eventually.TrueAsync(() => one.Count($"caught up {moved}") == 2);
        Assert.All(one.Tables[loaded.Name], entry => Assert.Equal(entry.Key.Partition == moved ? "new" : "old", entry.Value));
        Assert.Equal([0, 1], one.Held(loaded.Name));
        Assert.False(first.Ended.IsCompleted);
    }
}
