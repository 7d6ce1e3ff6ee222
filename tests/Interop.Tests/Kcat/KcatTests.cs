using Confluent.Kafka;
using StockPipeline.InteropTests.Support;
using StockPipeline.Testing;

namespace StockPipeline.InteropTests.Kcat;

/// <summary>kcat, with the older librdkafka it comes with, against our broker.</summary>
public sealed class KcatTests(Brokers brokers) : IClassFixture<Brokers>
{
    private static readonly string Thousand = string.Join('\n', Enumerable.Range(0, 1_000).Select(number => $"value {number}"));

    [KcatFact]
    public async Task It_lists_the_broker_and_its_topics()
    {
        var desk = await brokers.DeskAsync();
        var topic = await desk.TopicAsync(3);

        var list = await KcatAsync(desk, "-L");

        Assert.Contains($"broker 1 at {desk.BootstrapServers} (controller)", list, StringComparison.Ordinal);
        Assert.Contains($"topic \"{topic}\" with 3 partitions", list, StringComparison.Ordinal);
    }

    [KcatTheory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public async Task It_reads_what_it_wrote_with_each_codec(string codec)
    {
        var desk = await brokers.DeskAsync();
        var topic = await desk.TopicAsync();

        await ChildProcess.OutputOfAsync(
            "kcat", ["-b", desk.BootstrapServers, "-P", "-t", topic, "-z", codec, "-X", "enable.idempotence=true"], input: Thousand);

        Assert.Equal(Thousand, await KcatAsync(desk, "-C", "-t", topic, "-o", "beginning", "-e", "-q"));
        Assert.Equal(1_000, desk.ReadAll(topic).Count);
    }

    [KcatFact]
    public async Task It_writes_keys_and_tombstones()
    {
        var desk = await brokers.DeskAsync();
        var topic = await desk.TopicAsync(1, ("cleanup.policy", "compact"));

        await ChildProcess.OutputOfAsync("kcat", ["-b", desk.BootstrapServers, "-P", "-t", topic, "-K:", "-Z"], input: "a:1\nb:2\na:\n");

        Assert.Equal([("a", "1"), ("b", "2"), ("a", null)], desk.ReadAll(topic).Select(record => (record.Message.Key, record.Message.Value)));
    }

    [KcatFact]
    public async Task Two_members_of_a_group_read_every_record_once_between_them()
    {
        var desk = await brokers.DeskAsync();
        var topic = await desk.TopicAsync(2);
        var group = desk.Named("kcat");
        await using var first = Member(desk, group, topic);
        await using var second = Member(desk, group, topic);
        using var admin = desk.Admin();
        await Eventually.SeeAsync(
            async () => (await admin.DescribeConsumerGroupsAsync([group])).ConsumerGroupDescriptions[0],
            described => described.State == ConsumerGroupState.Stable && described.Members.Count == 2);

        await desk.FillAsync(topic, ["0", "1", "2"], 0);
        await desk.FillAsync(topic, ["3", "4", "5"], 1);

        await Eventually.TrueAsync(() => first.Output.Count == 3 && second.Output.Count == 3);
        Assert.Equal(["0", "1", "2", "3", "4", "5"], first.Output.Concat(second.Output).Order());
    }

    [KcatFact]
    public async Task It_finds_offsets_by_time()
    {
        var desk = await brokers.DeskAsync();
        var topic = await desk.TopicAsync(1, Desk.KeepsAll);
        using var producer = desk.Producer();
        foreach (var second in Enumerable.Range(1, 3))
        {
            var time = new Timestamp(second * 1_000, TimestampType.CreateTime);
            await producer.ProduceAsync(topic, new() { Value = $"{second}", Timestamp = time });
        }

        Assert.Equal($"{topic} [0] offset 1", await KcatAsync(desk, "-Q", "-t", $"{topic}:0:1500"));
        Assert.Equal("2\n3", await KcatAsync(desk, "-C", "-t", topic, "-o", "s@1500", "-e", "-q"));
        Assert.Equal("3", await KcatAsync(desk, "-C", "-t", topic, "-o", "-1", "-e", "-q"));
    }

    private static ChildProcess Member(Desk desk, string group, string topic) =>
        ChildProcess.Start("kcat", ["-b", desk.BootstrapServers, "-G", group, "-X", "auto.offset.reset=earliest", "-q", "-u", topic]);

    private static Task<string> KcatAsync(Desk desk, params string[] arguments) =>
        ChildProcess.OutputOfAsync("kcat", ["-b", desk.BootstrapServers, .. arguments]);
}
