using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Provisioning;

public sealed class TopicProvisionerTests(Brokers brokers) : IClassFixture<Brokers>
{
    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task All_topics_of_the_pipeline_come_to_be_as_declared_and_again_changes_nothing(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topics = new PipelineTopics(bench.Group("config"), bench.Group("macd") + "-").All;

        await bench.Provisioner.ProvisionAsync(topics, recreate: false, Workbench.Limit);
        await bench.Provisioner.ProvisionAsync(topics, recreate: true, Workbench.Limit);
        await bench.Provisioner.ProvisionAsync(topics, recreate: false, Workbench.Limit);

        var partitions = RawTopic.Partitions(bench);
        Assert.All(topics, topic => Assert.Equal(topic.Partitions, partitions[topic.Name]));
        await HasConfigsAsync(bench, topics);
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Only_topics_declared_so_are_emptied_and_only_when_asked(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var (emptied, kept) = (await bench.TopicAsync(1), await bench.TopicAsync(1) with { RecreatedAtInit = false });
        await bench.FillAsync(emptied, ("A", "1"));
        await bench.FillAsync(kept, ("A", "1"));

        await bench.Provisioner.ProvisionAsync([emptied, kept], recreate: false, Workbench.Limit);
        Assert.Equal((1, 1), (await RawTopic.CountAsync(bench, emptied), await RawTopic.CountAsync(bench, kept)));
        await bench.Provisioner.ProvisionAsync([emptied, kept], recreate: true, Workbench.Limit);

        await Eventually.SeeAsync(() => RawTopic.CountAsync(bench, emptied), count => count == 0);
        Assert.Equal(1, await RawTopic.CountAsync(bench, kept));
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_configuration_that_differs_is_altered(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(2, CleanupPolicy.Delete) with { RecreatedAtInit = false };
        await bench.FillAsync(topic, ("A", "1"));
        var changed = topic with { Policy = CleanupPolicy.CompactAndDelete, Retention = TimeSpan.FromDays(400) };

        await bench.Provisioner.ProvisionAsync([changed], recreate: true, Workbench.Limit);

        await HasConfigsAsync(bench, [changed]);
        Assert.Equal(1, await RawTopic.CountAsync(bench, topic));
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_wrong_number_of_partitions_is_refused_before_anything_is_changed(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var existing = await bench.TopicAsync(2) with { RecreatedAtInit = false };
        var missing = await bench.TopicAsync(create: false);

        var failure = await Assert.ThrowsAsync<TopicMismatchException>(
            () => bench.Provisioner.ProvisionAsync([missing, existing with { Partitions = 3 }], recreate: true, Workbench.Limit));

        Assert.Contains($"Topic {existing.Name} has 2 partitions and 3 are declared", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(missing.Name, RawTopic.Partitions(bench).Keys);
    }

    /// <summary>Apache Kafka shows what its controller has changed a moment later.</summary>
    private static Task<string> HasConfigsAsync(Workbench bench, IReadOnlyList<TopicDeclaration> topics)
    {
        var declared = Text(topics.Select(topic => topic.Configs.ToDictionary()));
        return Eventually.SeeAsync(async () => Text(await RawTopic.ConfigsAsync(bench, topics)), shown => shown == declared);

        static string Text(IEnumerable<Dictionary<string, string>> configs) =>
            string.Join('\n', configs.Select(one => string.Join(' ', one.Select(config => $"{config.Key}={config.Value}").Order())));
    }
}
