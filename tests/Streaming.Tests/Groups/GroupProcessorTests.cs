using System.Collections.Concurrent;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Groups;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Groups;

public sealed class GroupProcessorTests(Brokers brokers) : IClassFixture<Brokers>
{
    private static readonly BackoffLimits Quick = new() { First = TimeSpan.FromMilliseconds(1), Cap = TimeSpan.FromMilliseconds(5) };

    /// <summary>A busy machine may take longer for a goodbye than a process has.</summary>
    private static readonly GroupOptions Patient = new() { StopTimeout = Eventually.Patience };

    private readonly ConcurrentQueue<string> handled = new();

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Each_record_is_handled_once_in_order_and_not_again_by_the_next_owner(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 3, CleanupPolicy.Delete);
        await bench.FillAsync(topic, Numbered(0, 300));
        await using (var first = new Running(Processor(bench, topic, Note).RunAsync))
        {
            await Eventually.TrueAsync(() => handled.Count == 300);
            await first.StopAsync();
        }
        await bench.FillAsync(topic, Numbered(300, 320));

        await using var second = new Running(Processor(bench, topic, Note).RunAsync);
        await Eventually.TrueAsync(() => handled.Count >= 320);

        Assert.Equal(320, handled.Distinct().Count());
        Assert.Equal(320, handled.Count);
        AssertOrderOfKeys();
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task What_was_put_out_but_not_committed_is_handled_again_after_a_crash(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 1, CleanupPolicy.Delete);
        await bench.FillAsync(topic, Numbered(0, 10));
        var crashing = Processor(bench, topic, record =>
        {
            handled.Enqueue(record.Value);
            return record.Value == "5" ? throw new NotSupportedException("crash") : ValueTask.CompletedTask;
        });

        await Assert.ThrowsAsync<NotSupportedException>(() => crashing.RunAsync(Workbench.Limit));
        Assert.Equal(["0", "1", "2", "3", "4", "5"], handled);
        await using var next = new Running(Processor(bench, topic, Note).RunAsync);
        await Eventually.TrueAsync(() => handled.Contains("9"));

        Assert.Equal(["0", "1", "2", "3", "4", "5", "5", "6", "7", "8", "9"], handled);
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Poison_goes_to_the_dead_letters_untouched_and_its_partition_moves_on(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var deadLetters = await bench.DeadLetterTopicAsync();
        var topic = await bench.TopicAsync(partitions: 1, CleanupPolicy.Delete);
        await bench.FillAsync(topic, ("A", "1"), ("B", TextCodec.Poison), ("C", "bad"), ("D", "4"));
        var processor = Processor(bench, topic, record => record.Value == "bad" ? throw new PoisonRecordException("no use") : Note(record));

        await using var running = new Running(processor.RunAsync);
        await Eventually.TrueAsync(() => handled.Contains("4"));

        Assert.Equal(["1", "4"], handled);
        Assert.Equal(
            [$"B={TextCodec.Poison} from {topic.Name} [0] 1 by test: it is poison", $"C=bad from {topic.Name} [0] 2 by test: no use"],
            await RawTopic.DeadLettersAsync(bench, deadLetters, 2));
        Assert.Equal(2, bench.Metrics.Of($"dead {topic.Name}"));
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Transient_failures_are_tried_again_and_hold_back_only_their_partition(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 2, CleanupPolicy.Delete);
        var (slow, fast) = RawTopic.KeysOfDifferentPartitions(2);
        await bench.FillAsync(topic, (slow, "fails"), (slow, "after"), (fast, "other"));
        var isUp = false;
        var processor = Processor(
            bench,
            topic,
            record => record.Value == "fails" && !Volatile.Read(ref isUp) ? throw new TransientFailureException("not yet") : Note(record));

        await using var running = new Running(processor.RunAsync);
        await Eventually.TrueAsync(() => bench.Metrics.Of("error handler") > 3 && handled.Contains("other"));
        Assert.Equal(["other"], handled);
        Volatile.Write(ref isUp, true);
        await Eventually.TrueAsync(() => handled.Count == 3);

        Assert.Equal(["other", "fails", "after"], handled);
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task An_outage_of_the_decoder_passes_nothing_and_puts_nothing_aside(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        await bench.DeadLetterTopicAsync();
        var topic = await bench.TopicAsync(partitions: 1, CleanupPolicy.Delete);
        await bench.FillAsync(topic, ("A", "1"), ("A", "2"));
        bench.Codec.IsOut = true;

        await using var running = new Running(Processor(bench, topic, Note).RunAsync);
        await Eventually.TrueAsync(() => bench.Metrics.Of("error decoding") > 3);
        Assert.Empty(handled);
        bench.Codec.IsOut = false;
        await Eventually.TrueAsync(() => handled.Count == 2);

        Assert.Equal(["1", "2"], handled);
        Assert.Equal(0, bench.Metrics.Of($"dead {topic.Name}"));
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_stuck_partition_takes_up_its_limit_and_not_one_more_while_others_go_on(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 2, CleanupPolicy.Delete);
        var (stuck, free) = RawTopic.KeysOfDifferentPartitions(2);
        await bench.FillAsync(topic, [.. Enumerable.Range(0, 50).Select(number => (stuck, (string?)$"stuck {number}"))]);
        await bench.FillAsync(topic, [.. Enumerable.Range(0, 50).Select(number => (free, (string?)$"free {number}"))]);
        var gate = new TaskCompletionSource();
        var options = new GroupOptions { MaxInFlight = 5, Order = GroupOrder.ByKey, Workers = 4 };
        var processor = Processor(
            bench, topic, async record =>
            {
                handled.Enqueue(record.Value);
                if (record.KeyBytes[0] == stuck[0])
                    await gate.Task;
            }, options);

        await using var running = new Running(processor.RunAsync);
        await Eventually.TrueAsync(() => handled.Count(value => value.StartsWith("free", StringComparison.Ordinal)) == 50);
        await Eventually.TrueAsync(() => bench.Metrics.Of($"consumed {topic.Name}") == 55);
        await Eventually.TrueAsync(() => Stuck().Any());
        Assert.Equal(["stuck 0"], Stuck());
        gate.SetResult();
        await Eventually.TrueAsync(() => handled.Count == 100);

        Assert.Equal(100, bench.Metrics.Of($"consumed {topic.Name}"));

        IEnumerable<string> Stuck() => handled.Where(value => value.StartsWith("stuck", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Stopping_gives_up_what_does_not_finish_and_commits_what_did(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 1, CleanupPolicy.Delete);
        await bench.FillAsync(topic, Numbered(0, 4));
        var isStuck = new TaskCompletionSource();
        var options = new GroupOptions { StopTimeout = TimeSpan.FromSeconds(3) };
        var processor = bench.Client().ProcessGroup<string>(bench.Group("g"), topic, bench.Codec, HangAsync, options);
        async ValueTask HangAsync(GroupRecord<string> record, CancellationToken taken)
        {
            handled.Enqueue(record.Value);
            if (record.Value != "2")
                return;
            isStuck.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, taken);
        }

        await using (var running = new Running(processor.RunAsync))
        {
            await isStuck.Task.WaitAsync(Eventually.Patience);
            await running.StopAsync();
        }
        await using var next = new Running(Processor(bench, topic, Note).RunAsync);
        await Eventually.TrueAsync(() => handled.Contains("3"));

        Assert.Equal(["0", "1", "2", "2", "3"], handled);
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Members_that_come_and_go_under_load_skip_nothing_and_keep_the_order(KafkaKind kind)
    {
        const int records = 6_000;
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 6, CleanupPolicy.Delete);
        var filling = Task.Run(async () =>
        {
            for (var from = 0; from < records; from += 500)
                await bench.FillAsync(topic, Numbered(from, from + 500));
        });
        async ValueTask NoteLater(GroupRecord<string> record)
        {
            await Task.Yield();
            await Note(record);
        }
        Running Member() => new(Processor(bench, topic, NoteLater, Patient).RunAsync);

        await using var stayer = Member();
        foreach (var share in (int[])[1_000, 4_000])
        {
            await using var goer = Member();
            await using var other = Member();
            await Eventually.TrueAsync(() => handled.Count >= share);
            await goer.StopAsync();
            await other.StopAsync();
        }
        await filling;
        await Eventually.SeeAsync(() => handled.Distinct().Count(), count => count == records);

        AssertOrderOfKeys();
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_topic_created_anew_is_processed_from_its_beginning(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 1, CleanupPolicy.Delete);
        await bench.FillAsync(topic, Numbered(0, 5));
        var options = new GroupOptions { IdentityInterval = TimeSpan.FromMilliseconds(100), CommitInterval = TimeSpan.FromMilliseconds(50) };
        await using var running = new Running(Processor(bench, topic, Note, options).RunAsync);
        await Eventually.TrueAsync(() => handled.Count == 5);

        await bench.ProvisionAsync(topic);
        await bench.FillAsync(topic, Numbered(100, 120));
        await Eventually.TrueAsync(() => handled.Contains("119"));

        await Eventually.SeeAsync(() => string.Join(",", handled.Distinct().Skip(5)), seen => seen == string.Join(",", Enumerable.Range(100, 20)));
    }

    private static (string, string?)[] Numbered(int from, int to) =>
        [.. Enumerable.Range(from, to - from).Select(number => ($"F{number % 20}/x", (string?)$"{number}"))];

    private static GroupProcessor<string> Processor(
        Workbench bench, TopicDeclaration topic, Func<GroupRecord<string>, ValueTask> handle, GroupOptions? options = null) =>
        bench.Client().ProcessGroup<string>(
            bench.Group("g"), topic, bench.Codec, (record, _) => handle(record), (options ?? Patient) with { Retry = Quick });

    private ValueTask Note(GroupRecord<string> record)
    {
        handled.Enqueue(record.Value);
        return ValueTask.CompletedTask;
    }

    /// <summary>Of each key, numbers first seen grow; repetitions after a rebalance are allowed.</summary>
    private void AssertOrderOfKeys()
    {
        foreach (var key in handled.Select(int.Parse).Distinct().GroupBy(number => number % 20))
            Assert.Equal(key.Order(), key);
    }
}
