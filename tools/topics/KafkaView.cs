using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Contracts.Connections;
using StockPipeline.Streaming.Connections;

namespace StockPipeline.Topics;

/// <summary>What can be seen of a Kafka without changing anything. Used by one thread.</summary>
internal sealed class KafkaView(KafkaConnection connection, CancellationToken stop) : IDisposable
{
    private const string ClientId = "topics-tool";

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(200);

    /// <summary>So long Kafka is asked again what it cannot answer yet.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>So long without a record or an end, reading is given up.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(15);

    private readonly IAdminClient admin = new AdminClientBuilder(ClientSettings.Client(connection, ClientId))
        .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    private readonly KafkaAnswers kafka = new(connection.BootstrapServers, Patience, Pause, stop);

    /// <summary>Name and partitions of every topic that is not one of Kafka's own.</summary>
    public IReadOnlyDictionary<string, TopicMetadata> Topics() => kafka.Ask(() => admin.GetMetadata(RequestTimeout).Topics
        .Where(topic => !topic.Error.IsError && !topic.Topic.StartsWith("__", StringComparison.Ordinal))
        .ToDictionary(topic => topic.Topic, StringComparer.Ordinal));

    public IReadOnlyDictionary<TopicPartition, (long First, long End)> Offsets(IEnumerable<TopicPartition> partitions)
    {
        var wanted = partitions.ToList();
        if (wanted.Count == 0)
            return new Dictionary<TopicPartition, (long First, long End)>();
        var (first, end) = (Offsets(wanted, OffsetSpec.Earliest()), Offsets(wanted, OffsetSpec.Latest()));
        return wanted.ToDictionary(partition => partition, partition => (first[partition], end[partition]));
    }

    /// <summary>The configuration of a topic, as far as it was set for it.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ConfigEntryResult>> Configs(IEnumerable<string> topics)
    {
        var resources = topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic }).ToList();
        if (resources.Count == 0)
            return new Dictionary<string, IReadOnlyList<ConfigEntryResult>>();
        return kafka.Ask(() => Result(admin.DescribeConfigsAsync(resources, new() { RequestTimeout = RequestTimeout }))).ToDictionary(
            one => one.ConfigResource.Name,
            one => (IReadOnlyList<ConfigEntryResult>)[.. one.Entries.Values.Where(entry => entry.Source == ConfigSource.DynamicTopicConfig)]);
    }

    /// <summary>What each group has committed.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<TopicPartition, long>> Committed()
    {
        var groups = kafka.Ask(() => Result(admin.ListConsumerGroupsAsync(new() { RequestTimeout = RequestTimeout }))).Valid;
        var committed = new SortedDictionary<string, IReadOnlyDictionary<TopicPartition, long>>(StringComparer.Ordinal);
        foreach (var group in groups.Select(one => one.GroupId))
        {
            var found = kafka.Ask(() => Result(admin.ListConsumerGroupOffsetsAsync(
                [new ConsumerGroupTopicPartitions(group, null)], new() { RequestTimeout = RequestTimeout })));
            committed[group] = found.SelectMany(one => one.Partitions).Where(one => !one.Error.IsError && one.Offset.Value >= 0)
                .ToDictionary(one => one.TopicPartition, one => one.Offset.Value);
        }
        return committed;
    }

    /// <summary>The newest records of the partitions, up to so many of each, up to where the partitions end now.</summary>
    public IEnumerable<FoundRecord> Read(string topic, IEnumerable<int> partitions, long most)
    {
        var starts = Offsets(partitions.Select(partition => new TopicPartition(topic, partition)))
            .Where(one => one.Value.End > one.Value.First)
            .Select(one => new TopicPartitionOffset(one.Key, Math.Max(one.Value.First, one.Value.End - most))).ToList();
        return starts.Count == 0 ? [] : Read(starts);
    }

    public void Dispose() => admin.Dispose();

    private IEnumerable<FoundRecord> Read(List<TopicPartitionOffset> starts)
    {
        var config = ClientSettings.Consumer(connection, ClientId, ClientId, namesTopic: true);
        config.ConsumeResultFields = "all";
        config.IsolationLevel = IsolationLevel.ReadCommitted;
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        consumer.Assign(starts);
        var left = starts.Select(start => start.Partition.Value).ToHashSet();
        var heard = TimeProvider.System.GetTimestamp();
        while (left.Count > 0)
        {
            stop.ThrowIfCancellationRequested();
            var result = kafka.Ask(() => consumer.Consume(PollTimeout));
            if (result is null)
            {
                if (TimeProvider.System.GetElapsedTime(heard) > SilenceLimit)
                    throw new TopicsException($"Kafka at {connection.BootstrapServers} has stopped answering in the middle of the records");
                continue;
            }
            heard = TimeProvider.System.GetTimestamp();
            if (result.IsPartitionEOF)
                left.Remove(result.Partition.Value);
            else
                yield return Found(result);
        }
    }

    private static FoundRecord Found(ConsumeResult<byte[]?, byte[]?> result) => new(
        result.Partition.Value, result.Offset.Value, new DateTimeOffset(result.Message.Timestamp.UtcDateTime),
        Encoding.UTF8.GetString(result.Message.Key ?? []), result.Message.Value,
        [.. (result.Message.Headers ?? []).Select(header =>
            KeyValuePair.Create(header.Key, Encoding.UTF8.GetString(header.GetValueBytes() ?? [])))]);

    private Dictionary<TopicPartition, long> Offsets(List<TopicPartition> partitions, OffsetSpec spec) =>
        kafka.Ask(() => Result(admin.ListOffsetsAsync(
            partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }),
            new() { RequestTimeout = RequestTimeout }))).ResultInfos
        .ToDictionary(one => one.TopicPartitionOffsetError.TopicPartition, one => one.TopicPartitionOffsetError.Offset.Value);

    /// <summary>The tool does one thing after the other, on a thread of its own.</summary>
    private static T Result<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
