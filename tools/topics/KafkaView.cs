using System.Runtime.CompilerServices;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Contracts.Connections;
using StockPipeline.Streaming.Connections;

namespace StockPipeline.Topics;

/// <summary>One record as it lies in its topic; key and headers as text too.</summary>
internal sealed record FoundRecord(
    TopicPartitionOffset Place, DateTimeOffset At, byte[]? KeyBytes, byte[]? Value, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public int Partition => Place.Partition.Value;

    public long Offset => Place.Offset.Value;

    /// <summary>The key as text, or as hexadecimal digits where it is none.</summary>
    public string Key { get; } = TextOf(KeyBytes ?? []);

    public string? Header(string name) => Headers.Where(header => header.Key == name).Select(header => header.Value).LastOrDefault();

    private static string TextOf(byte[] bytes)
    {
        try
        {
            var text = Strict.GetString(bytes);
            return text.Any(char.IsControl) ? $"0x{Convert.ToHexStringLower(bytes)}" : text;
        }
        catch (DecoderFallbackException)
        {
            return $"0x{Convert.ToHexStringLower(bytes)}";
        }
    }
}

/// <summary>Sees what there is in a Kafka, and changes nothing but what is put back. Used by one caller at a time.</summary>
internal sealed class KafkaView(KafkaConnection connection, CancellationToken cancellationToken) : IDisposable
{
    private const string ClientId = "topics-tool";

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(200);

    /// <summary>So long Kafka is asked again what it cannot answer yet: one that has just started loads its groups for a while.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>So long without a record or an end, reading is given up.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(15);

    private readonly IAdminClient admin = new AdminClientBuilder(ClientSettings.Client(connection, ClientId))
        .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    private readonly KafkaAnswers kafka = new(connection.BootstrapServers, Patience, Pause, cancellationToken);
    private IProducer<byte[]?, byte[]?>? producer;

    /// <summary>Name and partitions of every topic that is not one of Kafka's own.</summary>
    public async Task<IReadOnlyDictionary<string, TopicMetadata>> TopicsAsync() =>
        await kafka.AskAsync(() => Task.FromResult(admin.GetMetadata(RequestTimeout).Topics
            .Where(topic => !topic.Error.IsError && !topic.Topic.StartsWith("__", StringComparison.Ordinal))
            .ToDictionary(topic => topic.Topic, StringComparer.Ordinal)));

    public async Task<IReadOnlyDictionary<TopicPartition, (long First, long End)>> OffsetsAsync(IEnumerable<TopicPartition> partitions)
    {
        var wanted = partitions.ToList();
        if (wanted.Count == 0)
            return new Dictionary<TopicPartition, (long First, long End)>();
        var (first, end) = (await OffsetsAsync(wanted, OffsetSpec.Earliest()), await OffsetsAsync(wanted, OffsetSpec.Latest()));
        return wanted.ToDictionary(partition => partition, partition => (first[partition], end[partition]));
    }

    /// <summary>The configuration of each topic, as far as it was set for it.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<ConfigEntryResult>>> ConfigsAsync(IEnumerable<string> topics)
    {
        var resources = topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic }).ToList();
        if (resources.Count == 0)
            return new Dictionary<string, IReadOnlyList<ConfigEntryResult>>();
        var found = await kafka.AskAsync(() => admin.DescribeConfigsAsync(resources, new() { RequestTimeout = RequestTimeout }));
        return found.ToDictionary(
            one => one.ConfigResource.Name,
            one => (IReadOnlyList<ConfigEntryResult>)[.. one.Entries.Values.Where(entry => entry.Source == ConfigSource.DynamicTopicConfig)]);
    }

    /// <summary>What each group has committed.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<TopicPartition, long>>> CommittedAsync()
    {
        var groups = await kafka.AskAsync(() => admin.ListConsumerGroupsAsync(new() { RequestTimeout = RequestTimeout }));
        var committed = new SortedDictionary<string, IReadOnlyDictionary<TopicPartition, long>>(StringComparer.Ordinal);
        foreach (var group in groups.Valid.Select(one => one.GroupId))
        {
            var found = await kafka.AskAsync(() => admin.ListConsumerGroupOffsetsAsync(
                [new ConsumerGroupTopicPartitions(group, null)], new() { RequestTimeout = RequestTimeout }));
            committed[group] = found.SelectMany(one => one.Partitions).Where(one => !one.Error.IsError && one.Offset.Value >= 0)
                .ToDictionary(one => one.TopicPartition, one => one.Offset.Value);
        }
        return committed;
    }

    /// <summary>The newest records of the partitions, up to so many of each, up to where the partitions end now.</summary>
    public async IAsyncEnumerable<FoundRecord> ReadAsync(string topic, IEnumerable<int> partitions, long most)
    {
        await foreach (var record in ReadAsync(await StartsAsync(partitions.Select(partition => new TopicPartition(topic, partition)), most)))
            yield return record;
    }

    /// <summary>The records from each of these places on, up to where the partitions end now.</summary>
    public async IAsyncEnumerable<FoundRecord> ReadAsync(IReadOnlyList<TopicPartitionOffset> starts)
    {
        if (starts.Count == 0)
            yield break;
        await foreach (var record in FollowAsync(starts))
        {
            if (record is null)
                yield break;
            yield return record;
        }
    }

    /// <summary>Places so many records before the ends of the partitions; empty ones are left out, unless they are to be followed.</summary>
    public async Task<IReadOnlyList<TopicPartitionOffset>> StartsAsync(IEnumerable<TopicPartition> partitions, long most, bool alsoEmpty = false) =>
        [.. (await OffsetsAsync(partitions)).Where(one => alsoEmpty || one.Value.End > one.Value.First)
            .Select(one => new TopicPartitionOffset(one.Key, Math.Max(one.Value.First, one.Value.End - most)))];

    /// <summary>The records from each of these places on, for ever; null when all ends are reached, and each time that nothing came.</summary>
    public async IAsyncEnumerable<FoundRecord?> FollowAsync(
        IReadOnlyList<TopicPartitionOffset> starts, [EnumeratorCancellation] CancellationToken enumeration = default)
    {
        var config = ClientSettings.Consumer(connection, ClientId, ClientId, namesTopic: true);
        config.ConsumeResultFields = "all";
        config.IsolationLevel = IsolationLevel.ReadCommitted;
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        consumer.Assign(starts);
        var left = starts.Select(start => start.TopicPartition).ToHashSet();
        var heard = TimeProvider.System.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            enumeration.ThrowIfCancellationRequested();
            var result = await kafka.AskAsync(() => Task.FromResult(consumer.Consume(PollTimeout)));
            if (result is null && left.Count > 0 && TimeProvider.System.GetElapsedTime(heard) > SilenceLimit)
                throw new TopicsException($"Kafka at {connection.BootstrapServers} has stopped answering in the middle of the records");
            if (result is not null)
                heard = TimeProvider.System.GetTimestamp();
            if (result is { IsPartitionEOF: false })
                yield return Found(result);
            else if ((result is not null && left.Remove(result.TopicPartition) && left.Count == 0) || (result is null && left.Count == 0))
                yield return null;
        }
    }

    /// <summary>Writes a record as it is; gives its offset when every replica has it.</summary>
    public async Task<long> WriteAsync(TopicPartition target, Message<byte[]?, byte[]?> message)
    {
        producer ??= new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig(ClientSettings.Client(connection, ClientId))
        {
            EnableIdempotence = true, MessageTimeoutMs = (int)Patience.TotalMilliseconds,
        }).SetKeySerializer(Serializers.ByteArray!).SetValueSerializer(Serializers.ByteArray!)
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        return (await kafka.AskAsync(() => producer.ProduceAsync(target, message, cancellationToken))).Offset.Value;
    }

    public void Dispose()
    {
        producer?.Dispose();
        admin.Dispose();
    }

    private static FoundRecord Found(ConsumeResult<byte[]?, byte[]?> result) => new(
        result.TopicPartitionOffset, new DateTimeOffset(result.Message.Timestamp.UtcDateTime), result.Message.Key, result.Message.Value,
        [.. (result.Message.Headers ?? []).Select(header =>
            KeyValuePair.Create(header.Key, Encoding.UTF8.GetString(header.GetValueBytes() ?? [])))]);

    private async Task<Dictionary<TopicPartition, long>> OffsetsAsync(List<TopicPartition> partitions, OffsetSpec spec) =>
        (await kafka.AskAsync(() => admin.ListOffsetsAsync(
            partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }),
            new() { RequestTimeout = RequestTimeout }))).ResultInfos
        .ToDictionary(one => one.TopicPartitionOffsetError.TopicPartition, one => one.TopicPartitionOffsetError.Offset.Value);
}
