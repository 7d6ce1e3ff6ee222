using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StockPipeline.Topics;

/// <summary>Gets answers from Kafka: asks again for what it cannot say yet, and puts into a sentence what it will not say.</summary>
internal sealed class KafkaAnswers(string address, TimeSpan patience, TimeSpan pause, CancellationToken cancellationToken)
{
    public async Task<T> AskAsync<T>(Func<Task<T>> question)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await question();
            }
            catch (KafkaException failed) when (failed.Error.Code is ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown
                or ErrorCode.Local_TimedOut or ErrorCode.Local_MsgTimedOut or ErrorCode.Local_Resolve)
            {
                throw new TopicsException(
                    $"no Kafka answers at {address} ({failed.Error.Reason}); start ./run, or name another with KAFKA_CONNECT", failed);
            }
            catch (KafkaException early) when (Reasons(early).All(IsOfTheMoment) && TimeProvider.System.GetElapsedTime(began) < patience)
            {
                await Task.Delay(pause, TimeProvider.System, cancellationToken);
            }
            catch (KafkaException refused)
            {
                var why = string.Join("; ", Reasons(refused).Select(one => one.Reason).Distinct());
                throw new TopicsException($"Kafka at {address} refuses: {why}", refused);
            }
        }
    }

    /// <summary>Answers of a Kafka that has just started, has just made the topic, or moves a partition.</summary>
    private static bool IsOfTheMoment(Error error) => error.Code is ErrorCode.GroupLoadInProgress or ErrorCode.GroupCoordinatorNotAvailable
        or ErrorCode.NotCoordinatorForGroup or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderForPartition or ErrorCode.UnknownTopicOrPart
        or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch or ErrorCode.OffsetNotAvailable
        or ErrorCode.RequestTimedOut or ErrorCode.ListenerNotFound or ErrorCode.BrokerNotAvailable;

    /// <summary>What stands behind a failure: a question on many things fails with a general error when one of them does.</summary>
    private static IEnumerable<Error> Reasons(KafkaException failure)
    {
        IEnumerable<Error> parts = failure switch
        {
            ListOffsetsException offsets => offsets.Result.ResultInfos.Select(one => one.TopicPartitionOffsetError.Error),
            DescribeConfigsException configs => configs.Results.Select(one => one.Error),
            ListConsumerGroupsException groups => groups.Results.Errors,
            ListConsumerGroupOffsetsException committed =>
                committed.Results.SelectMany(group => group.Partitions.Select(one => one.Error).Prepend(group.Error)),
            _ => [],
        };
        return parts.Where(error => error.IsError).DefaultIfEmpty(failure.Error);
    }
}
