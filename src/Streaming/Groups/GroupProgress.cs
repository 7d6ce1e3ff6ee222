using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Connections;

namespace StockPipeline.Streaming.Groups;

/// <summary>How far a group has come with a topic: what it has committed. For those who give it work and do not belong to it.</summary>
public sealed class GroupProgress
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(3);

    private readonly KafkaClient kafka;
    private readonly string groupId;
    private readonly TopicDeclaration topic;

    internal GroupProgress(KafkaClient kafka, string groupId, TopicDeclaration topic)
    {
        this.kafka = kafka;
        this.groupId = groupId;
        this.topic = topic;
    }

    /// <summary>Asks again and again and tells what has been committed, until stop is asked for. An outage is waited out.</summary>
    /// <param name="pause">Between two questions.</param>
    /// <param name="tell">Takes a partition and the offset the group goes on from; partitions of which it has committed nothing are left out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task FollowAsync(TimeSpan pause, Action<int, long> tell, CancellationToken cancellationToken)
    {
        var admin = new AdminClientBuilder(new AdminClientConfig(ClientSettings.Client(kafka.Connection, kafka.Service)))
            .SetLogHandler((_, said) => Log.ClientSaid(kafka.Log, kafka.Service, said.Facility, said.Message))
            .SetErrorHandler((_, _) => { })
            .Build();
        var asked = Task.CompletedTask;
        try
        {
            while (true)
            {
                var asking = AskAsync(admin);
                asked = asking;
                foreach (var committed in await asking.WaitAsync(cancellationToken))
                {
                    if (committed.Offset.Value >= 0)
                        tell(committed.Partition.Value, committed.Offset.Value);
                }
                await Task.Delay(pause, kafka.Clock, cancellationToken);
            }
        }
        finally
        {
            // An answer that comes to a client which is disposed of already ends the process.
            _ = asked.ContinueWith(_ => admin.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task<IReadOnlyList<TopicPartitionOffset>> AskAsync(IAdminClient admin)
    {
        var partitions = Enumerable.Range(0, topic.Partitions).Select(partition => new TopicPartition(topic.Name, partition)).ToList();
        try
        {
            var answer = await admin.ListConsumerGroupOffsetsAsync(
                [new ConsumerGroupTopicPartitions(groupId, partitions)], new ListConsumerGroupOffsetsOptions { RequestTimeout = RequestTimeout });
            return Known(answer.SelectMany(group => group.Partitions));
        }
        catch (ListConsumerGroupOffsetsException partial)
        {
            return Known(partial.Results.SelectMany(group => group.Partitions));
        }
        catch (KafkaException unreachable)
        {
            // Readers and writers of this client say so; here it only means that nothing new is known.
            Log.ClientError(kafka.Log, kafka.Service, unreachable.Error.Code, unreachable.Error.Reason);
            return [];
        }
    }

    private static List<TopicPartitionOffset> Known(IEnumerable<TopicPartitionOffsetError> partitions) =>
        [.. partitions.Where(one => !one.Error.IsError).Select(one => one.TopicPartitionOffset)];
}
