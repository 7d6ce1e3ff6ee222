using Confluent.Kafka;
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
        var partitions = Enumerable.Range(0, topic.Partitions).Select(partition => new TopicPartition(topic.Name, partition)).ToList();
        var consumer = Build();
        var asked = Task.CompletedTask;
        try
        {
            while (true)
            {
                // The client's call blocks, for some seconds at most: it is made where that hurts nobody.
                var asking = Task.Run(() => Ask(consumer, partitions), CancellationToken.None);
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
            // A client that is asked must not be disposed of meanwhile.
            _ = asked.ContinueWith(_ => consumer.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>
    /// A consumer that joins nothing: what the admin client asks of a group in its place ends the process now and then when the broker goes away
    /// meanwhile.
    /// </summary>
    private IConsumer<Ignore, Ignore> Build() =>
        new ConsumerBuilder<Ignore, Ignore>(ClientSettings.Consumer(kafka.Connection, kafka.Service, groupId, namesTopic: true))
            .SetLogHandler((_, said) => Log.ClientSaid(kafka.Log, kafka.Service, said.Facility, said.Message))
            .SetErrorHandler((_, error) => kafka.Watch.OnError(error))
            .Build();

    private List<TopicPartitionOffset> Ask(IConsumer<Ignore, Ignore> consumer, List<TopicPartition> partitions)
    {
        try
        {
            // Nothing is assigned, so nothing is read: what the client has to say of itself is taken.
            consumer.Consume(TimeSpan.Zero);
            return consumer.Committed(partitions, RequestTimeout);
        }
        catch (KafkaException unreachable)
        {
            // Readers and writers of this client say so; here it only means that nothing new is known.
            Log.ClientError(kafka.Log, kafka.Service, unreachable.Error.Code, unreachable.Error.Reason);
            return [];
        }
    }
}
