using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.InteropTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;
using Xunit.Abstractions;

namespace StockPipeline.InteropTests.Semantics;

/// <summary>What an administrator sees of the configs of topics: the same of our broker and of Apache Kafka.</summary>
public sealed class ConfigTests(Brokers brokers, ITestOutputHelper output) : IClassFixture<Brokers>
{
    private static readonly (string Name, string Value)[] Wrong =
    [
        ("retention.ms", "soon"), ("retention.ms", "-2"), ("retention.bytes", "many"), ("segment.ms", "0"), ("segment.bytes", "1"),
        ("cleanup.policy", "burn"), ("max.message.bytes", "-1"), ("min.cleanable.dirty.ratio", "1.5"), ("delete.retention.ms", "-1"),
        ("min.compaction.lag.ms", "-1"), ("max.compaction.lag.ms", "0"), ("message.timestamp.type", "Tomorrow"), ("compression.type", "zip"),
        ("min.insync.replicas", "0"), ("flush.messages", "0"), ("unclean.leader.election.enable", "perhaps"), ("no.such.config", "1"),
        ("retention.ms", "\u00a05"), ("cleanup.policy", "compact\u2003"), ("cleanup.policy", "compact,"), ("cleanup.policy", ",delete"),
    ];

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Configs_are_set_shown_taken_back_and_replaced(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var resource = Topic(await desk.TopicAsync(1, ("retention.ms", "60000")));
        using var admin = desk.Admin();
        Assert.Equal(("60000", ConfigSource.DynamicTopicConfig), await ShownAsync("retention.ms"));

        await ChangeAsync("segment.ms", "7000", AlterConfigOpType.Set);
        await ChangeAsync("cleanup.policy", "compact", AlterConfigOpType.Append);
        await ChangeAsync("retention.ms", null, AlterConfigOpType.Delete);

        await Eventually.SeeAsync(() => ShownAsync("retention.ms"), shown => shown == ("604800000", ConfigSource.DefaultConfig));
        Assert.Equal(("7000", ConfigSource.DynamicTopicConfig), await ShownAsync("segment.ms"));
        Assert.Equal("delete,compact", (await ShownAsync("cleanup.policy")).Value);

        await ChangeAsync("cleanup.policy", "delete", AlterConfigOpType.Subtract);
        await Eventually.SeeAsync(() => ShownAsync("cleanup.policy"), shown => shown.Value == "compact");

        await admin.AlterConfigsAsync(new() { [resource] = [new ConfigEntry { Name = "max.message.bytes", Value = "5000" }] });
        await Eventually.SeeAsync(() => ShownAsync("segment.ms"), shown => shown == ("604800000", ConfigSource.DefaultConfig));
        Assert.Equal("delete", (await ShownAsync("cleanup.policy")).Value);
        Assert.Equal(("5000", ConfigSource.DynamicTopicConfig), await ShownAsync("max.message.bytes"));

        async Task<(string Value, ConfigSource Source)> ShownAsync(string name)
        {
            var entry = (await admin.DescribeConfigsAsync([resource]))[0].Entries[name];
            return (entry.Value, entry.Source);
        }

        Task ChangeAsync(string name, string? value, AlterConfigOpType operation) => admin.IncrementalAlterConfigsAsync(
            new() { [resource] = [new ConfigEntry { Name = name, Value = value, IncrementalOperation = operation }] });
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_topic_may_have_no_cleanup_policy(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        using var admin = desk.Admin();
        var born = Topic(await desk.TopicAsync(1, ("cleanup.policy", " ")));
        var changed = Topic(await desk.TopicAsync(1, ("cleanup.policy", "delete,compact")));

        await admin.IncrementalAlterConfigsAsync(new()
        {
            [changed] = [new ConfigEntry
            {
                Name = "cleanup.policy", Value = "compact,delete", IncrementalOperation = AlterConfigOpType.Subtract,
            }],
        });

        var shown = await admin.DescribeConfigsAsync([born, changed]);
        Assert.All(shown, topic => Assert.Equal(string.Empty, topic.Entries["cleanup.policy"].Value.Trim()));
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_wrong_config_is_refused_at_creation_and_on_change_and_changes_nothing(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = Topic(await desk.TopicAsync(1, ("segment.ms", "7000")));
        using var admin = desk.Admin();

        var refused = await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync(Wrong.Select((wrong, number) =>
            new TopicSpecification
            {
                Name = desk.Named($"wrong{number}"), NumPartitions = 1, ReplicationFactor = 1, Configs = new() { [wrong.Name] = wrong.Value },
            })));

        Assert.Equal(
            Wrong.Select(wrong => (wrong, ErrorCode.InvalidConfig)),
            refused.Results.Select((result, number) => (Wrong[number], result.Error.Code)));
        foreach (var (name, value) in Wrong)
            Assert.Equal((name, value, ErrorCode.InvalidConfig), (name, value, await ChangeAsync(topic, name, value)));
        Assert.Equal(ErrorCode.UnknownTopicOrPart, await ChangeAsync(Topic(desk.Named("missing")), "retention.ms", "1"));
        var set = (await admin.DescribeConfigsAsync([topic]))[0].Entries.Values.Where(entry => entry.Source == ConfigSource.DynamicTopicConfig);
        Assert.Equal([("segment.ms", "7000")], set.Select(entry => (entry.Name, entry.Value)));

        async Task<ErrorCode> ChangeAsync(ConfigResource resource, string name, string value) => Assert.Single(
            (await Assert.ThrowsAsync<IncrementalAlterConfigsException>(() => admin.IncrementalAlterConfigsAsync(new()
            {
                [resource] = [new ConfigEntry { Name = name, Value = value, IncrementalOperation = AlterConfigOpType.Set }],
            }))).Results).Error.Code;
    }

    [KafkaFact]
    public async Task Every_config_of_a_topic_has_the_default_of_Apache_Kafka()
    {
        var ours = await DefaultsAsync(KafkaKind.Embedded);
        var theirs = await DefaultsAsync(KafkaKind.Apache);

        output.WriteLine($"not ours: {string.Join(", ", theirs.Keys.Except(ours.Keys))}");
        Assert.Equal(theirs.Where(entry => ours.ContainsKey(entry.Key)), ours);
    }

    private async Task<SortedDictionary<string, string>> DefaultsAsync(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        using var admin = desk.Admin();
        var shown = (await admin.DescribeConfigsAsync([Topic(await desk.TopicAsync())]))[0];
        var defaults = shown.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Value);
        return new SortedDictionary<string, string>(defaults, StringComparer.Ordinal);
    }

    private static ConfigResource Topic(string name) => new() { Type = ResourceType.Topic, Name = name };
}
