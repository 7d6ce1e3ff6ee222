using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.DeadLetters;
using StockPipeline.Testing;

namespace StockPipeline.StreamingTests.Support;

/// <summary>Topics seen through the bare client.</summary>
internal static class RawTopic
{
    public static (string One, string Other) KeysOfDifferentPartitions(int partitions)
    {
        var one = "A";
        var other = "BCDEFGHIJKLMNOPQRSTUVWXYZ".First(letter => PartitionOf($"{letter}", partitions) != PartitionOf(one, partitions));
        return (one, $"{other}");
    }

    public static int PartitionOf(string key, int partitions) => FigiPartition.Of(Encoding.UTF8.GetBytes(key), partitions);

    public static async Task<IReadOnlyList<ConsumeResult<string, string?>>> ReadAsync(Workbench bench, TopicDeclaration topic, int count)
    {
        using var consumer = Consumer<string, string?>(bench, topic);
        return await Task.Factory.StartNew(
            () => Records(consumer).Take(count).ToList(),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// Counts the records from the beginning to the end of the topic; one that was just created Apache Kafka may not know yet.
    /// </summary>
    public static Task<int> CountAsync(Workbench bench, TopicDeclaration topic) => Task.Factory.StartNew(
        () =>
        {
            using var consumer = Consumer<Ignore, Ignore>(bench, topic);
            var (count, ended) = (0, 0);
            while (ended < topic.Partitions)
            {
                try
                {
                    if (consumer.Consume(Workbench.Limit).IsPartitionEOF)
                        ended++;
                    else
                        count++;
                }
                catch (ConsumeException unknown) when (unknown.Error.Code == ErrorCode.UnknownTopicOrPart)
                {
                    // It asks again by itself.
                }
            }
            return count;
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>The number of partitions of every topic there is.</summary>
    public static Dictionary<string, int> Partitions(Workbench bench)
    {
        using var admin = Admin(bench);
        return admin.GetMetadata(Eventually.Patience).Topics.ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count);
    }

    /// <summary>What the broker holds of the configurations declared.</summary>
    public static async Task<IReadOnlyList<Dictionary<string, string>>> ConfigsAsync(Workbench bench, IReadOnlyList<TopicDeclaration> topics)
    {
        using var admin = Admin(bench);
        var described = await admin.DescribeConfigsAsync(topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic.Name }));
        return [.. topics.Zip(described, (topic, found) => topic.Configs.Keys.ToDictionary(key => key, key => found.Entries[key].Value))];
    }

    /// <summary>Where a group goes on in the first partition; negative where it does not know.</summary>
    public static long Committed(Workbench bench, string group, TopicDeclaration topic)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(
            new ConsumerConfig { BootstrapServers = bench.Connection.BootstrapServers, GroupId = group }).Build();
        return consumer.Committed([new TopicPartition(topic.Name, 0)], Eventually.Patience)[0].Offset.Value;
    }

    public static async Task<IReadOnlyList<string>> DeadLettersAsync(Workbench bench, TopicDeclaration topic, int count) =>
        [.. (await ReadAsync(bench, topic, count)).Select(letter =>
        {
            string Header(string name) => Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes(name));
            return $"{letter.Message.Key}={letter.Message.Value} from {Header(DeadLetterHeaders.Topic)} [{Header(DeadLetterHeaders.Partition)}] "
                + $"{Header(DeadLetterHeaders.Offset)} by {Header(DeadLetterHeaders.Service)}: {Header(DeadLetterHeaders.Error)}";
        })];

    private static IEnumerable<ConsumeResult<string, string?>> Records(IConsumer<string, string?> consumer)
    {
        while (true)
        {
            if (consumer.Consume(Workbench.Limit) is { IsPartitionEOF: false } record)
                yield return record;
        }
    }

    private static IConsumer<TKey, TValue> Consumer<TKey, TValue>(Workbench bench, TopicDeclaration topic)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = bench.Connection.BootstrapServers,
            GroupId = "raw",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            FetchWaitMaxMs = 10,
        };
        var consumer = new ConsumerBuilder<TKey, TValue>(config).Build();
        consumer.Assign(Enumerable.Range(0, topic.Partitions).Select(number => new TopicPartitionOffset(topic.Name, number, Offset.Beginning)));
        return consumer;
    }

    private static IAdminClient Admin(Workbench bench) =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bench.Connection.BootstrapServers }).Build();
}
