using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Storage;
using StockPipeline.Broker.Topics;
using StockPipeline.BrokerTests.Log;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Topics;

public sealed class TopicRegistryTests : IDisposable
{
    private static readonly Dictionary<string, string> NoConfigs = [];

    private readonly TempFolder folder = new();
    private readonly ManualClock clock = new(LogFolder.Start);
    private TopicRegistry topics;

    public TopicRegistryTests() => topics = Open();

    public void Dispose()
    {
        topics.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Topics_ids_partitions_and_configs_are_there_after_a_restart(bool clean)
    {
        var created = topics.Create("candles", 3, new Dictionary<string, string> { ["cleanup.policy"] = "compact" });
        topics.Grow("candles", 5);
        topics.Reconfigure("candles", topic => new Dictionary<string, string>(topic.Config.Overrides) { ["retention.ms"] = "1" }, onlyCheck: false);

        Restart(clean);

        var found = topics.Find("candles")!;
        Assert.Equal((created.Id, 5), (found.Id, found.Partitions.Count));
        Assert.Equal(("compact", "1"), (found.Config["cleanup.policy"], found.Config["retention.ms"]));
        Assert.Same(found, topics.Find(created.Id));
    }

    [Fact]
    public void A_topic_deleted_and_created_again_is_another_and_empty()
    {
        var first = topics.Create("candles", 1, NoConfigs);
        Assert.Equal(ErrorCode.None, first.Partitions[0].Append(Batch.Of("v")).Error);

        topics.Delete("candles");
        var second = topics.Create("candles", 1, NoConfigs);

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(0, second.Partitions[0].EndOffset);
        Assert.Null(topics.Find(first.Id));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, first.Partitions[0].Append(Batch.Of("v")).Error);
    }

    [Fact]
    public void A_deletion_that_a_crash_cut_short_is_finished_at_the_next_start()
    {
        var topic = topics.Create("candles", 1, NoConfigs);
        topics.Dispose();
        Directory.Move(folder.File("topics/candles"), folder.File($"deleted/{topic.Id:N}"));

        topics = Open();

        Assert.Empty(topics.All);
        Assert.Empty(Directory.GetDirectories(folder.File("deleted")));
        topics.Create("candles", 1, NoConfigs);
    }

    [Fact]
    public void A_creation_that_a_crash_cut_short_leaves_nothing_behind()
    {
        topics.Create("old", 1, NoConfigs).Partitions[0].Append(Batch.Of("v"));
        topics.Dispose();
        Directory.CreateDirectory(folder.File("topics/candles"));
        Directory.Move(folder.File("topics/old/old-0"), folder.File("topics/candles/candles-0"));

        topics = Open();

        Assert.Null(topics.Find("candles"));
        Assert.Equal(0, topics.Create("candles", 1, NoConfigs).Partitions[0].EndOffset);
    }

    [Fact]
    public void Whoever_keeps_something_of_a_topic_is_told_when_it_goes()
    {
        var gone = new List<string>();
        topics.Deleted += topic => gone.Add(topic.Name);
        topics.Create("candles", 1, NoConfigs);

        topics.Delete("candles");

        Assert.Equal(["candles"], gone);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("Candles-1_min.v2")]
    [InlineData("...")]
    public void A_legal_name_is_taken(string name) => Assert.Equal(name, topics.Create(name, 1, NoConfigs).Name);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("caf\u00e9")]
    [InlineData("__consumer_offsets")]
    public void An_illegal_name_is_refused(string name) => AssertRefused(ErrorCode.InvalidTopic, () => topics.Create(name, 1, NoConfigs));

    [Fact]
    public void A_name_at_the_limit_is_taken_and_one_character_more_is_refused()
    {
        topics.Create(new string('n', TopicName.MaxLength), 1, NoConfigs);
        AssertRefused(ErrorCode.InvalidTopic, () => topics.Create(new string('m', TopicName.MaxLength + 1), 1, NoConfigs));
    }

    [Fact]
    public void Names_that_differ_only_in_dot_and_underscore_collide()
    {
        topics.Create("candles.1_min", 1, NoConfigs);

        AssertRefused(ErrorCode.InvalidTopic, () => topics.Create("candles_1.min", 1, NoConfigs));
        AssertRefused(ErrorCode.TopicAlreadyExists, () => topics.Create("candles.1_min", 1, NoConfigs));
    }

    [Fact]
    public void One_partition_beyond_the_limit_of_the_broker_is_refused()
    {
        topics.CheckNew("large", TopicRegistry.MaxPartitions, NoConfigs);
        AssertRefused(ErrorCode.InvalidPartitions, () => topics.CheckNew("large", TopicRegistry.MaxPartitions + 1, NoConfigs));
        AssertRefused(ErrorCode.InvalidPartitions, () => topics.CheckNew("large", int.MaxValue, NoConfigs));
        topics.Create("one", 1, NoConfigs);
        AssertRefused(ErrorCode.InvalidPartitions, () => topics.CheckNew("large", TopicRegistry.MaxPartitions, NoConfigs));
    }

    [Fact]
    public void Partitions_only_grow()
    {
        topics.Create("candles", 2, NoConfigs);

        AssertRefused(ErrorCode.InvalidPartitions, () => topics.Grow("candles", 2));
        AssertRefused(ErrorCode.InvalidPartitions, () => topics.Grow("candles", 1));
        AssertRefused(ErrorCode.UnknownTopicOrPartition, () => topics.Grow("missing", 3));
    }

    [Fact]
    public void A_refused_change_of_configs_changes_nothing()
    {
        topics.Create("candles", 1, NoConfigs);

        AssertRefused(ErrorCode.InvalidConfig, () => topics.Reconfigure(
            "candles", _ => new Dictionary<string, string> { ["retention.ms"] = "5", ["segment.ms"] = "0" }, onlyCheck: false));
        topics.Reconfigure("candles", _ => new Dictionary<string, string> { ["retention.ms"] = "5" }, onlyCheck: true);

        Assert.Empty(topics.Find("candles")!.Config.Overrides);
    }

    [Fact]
    public void Changed_configs_reach_the_logs_that_are_open()
    {
        var log = topics.Create("candles", 1, NoConfigs).Partitions[0];

        topics.Reconfigure("candles", _ => new Dictionary<string, string> { ["max.message.bytes"] = "10" }, onlyCheck: false);

        Assert.Equal(ErrorCode.MessageTooLarge, log.Append(Batch.Of("v")).Error);
    }

    private static void AssertRefused(ErrorCode error, Action change) => Assert.Equal(error, Assert.Throws<RefusedException>(change).Error);

    private void Restart(bool clean)
    {
        if (clean)
            topics.Close();
        else
            topics.Dispose();
        topics = Open();
    }

    private TopicRegistry Open() => TopicRegistry.Open(
        folder.Path, new LogEnvironment(PhysicalDisk.Instance, clock, NullLogger.Instance), minSegmentBytes: 14, NullLogger.Instance);
}
