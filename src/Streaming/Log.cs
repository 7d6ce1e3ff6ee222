using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StockPipeline.Streaming;

internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Warning, "{Client}: no Kafka broker can be reached ({Reason}); trying again until one can")]
    public static partial void BrokersLost(ILogger log, string client, string reason);

    [LoggerMessage(2002, LogLevel.Information, "{Client}: Kafka is reachable again")]
    public static partial void BrokersBack(ILogger log, string client);

    [LoggerMessage(2003, LogLevel.Debug, "{Client}: {Code}: {Reason}")]
    public static partial void ClientError(ILogger log, string client, ErrorCode code, string reason);

    [LoggerMessage(2004, LogLevel.Debug, "{Client}: {Facility}: {Message}")]
    public static partial void ClientSaid(ILogger log, string client, string facility, string message);

    [LoggerMessage(2005, LogLevel.Warning, "{Client}: a question to the brokers was not answered within {Limit}; a new client asks")]
    public static partial void QuestionLost(ILogger log, string client, TimeSpan limit);

    [LoggerMessage(2010, LogLevel.Warning, "{Client}: topic {Topic} is not there yet; waiting for it")]
    public static partial void TopicMissing(ILogger log, string client, string topic);

    [LoggerMessage(2011, LogLevel.Debug, "{Client}: reads partition {Partition} from its beginning")]
    public static partial void PartitionBegins(ILogger log, string client, int partition);

    [LoggerMessage(2012, LogLevel.Debug, "{Client}: partition {Partition} is caught up at {Records} records")]
    public static partial void PartitionCaughtUp(ILogger log, string client, int partition, long records);

    [LoggerMessage(2013, LogLevel.Debug, "{Client}: gives up partition {Partition}")]
    public static partial void PartitionEnds(ILogger log, string client, int partition);

    [LoggerMessage(2014, LogLevel.Warning, "{Client}: the log under partition {Partition} changed ({Reason}); it is read again from its beginning")]
    public static partial void PartitionRestarts(ILogger log, string client, int partition, string reason);

    [LoggerMessage(2016, LogLevel.Warning,
        "{Client}: partition {Partition} is given up although what was written of it is not acknowledged {Limit} after the stop")]
    public static partial void RevocationGivenUp(ILogger log, string client, int partition, TimeSpan limit);

    [LoggerMessage(2015, LogLevel.Warning, "{Client}: partitions {Partitions} were lost to the group")]
    public static partial void PartitionsLost(ILogger log, string client, string partitions);

    [LoggerMessage(2020, LogLevel.Warning, "{Topic} [{Partition}] offset {Offset} went to the dead letters: {Reason}")]
    public static partial void DeadLettered(ILogger log, string topic, int partition, long offset, string reason);

    [LoggerMessage(2021, LogLevel.Warning, "{Topic} [{Partition}] offset {Offset} waits, its value cannot be decoded now: {Reason}")]
    public static partial void DecodingWaits(ILogger log, string topic, int partition, long offset, string reason);

    [LoggerMessage(2022, LogLevel.Information, "{Topic} [{Partition}] offset {Offset} goes on after {Attempts} attempts")]
    public static partial void WentOn(ILogger log, string topic, int partition, long offset, int attempts);

    [LoggerMessage(2030, LogLevel.Error, "{Client}: producing failed for good: {Reason}")]
    public static partial void ProducingFailed(ILogger log, string client, string reason);

    [LoggerMessage(2031, LogLevel.Error, "{Client}: {Records} records were not acknowledged within {Timeout} and are given up")]
    public static partial void FlushGivenUp(ILogger log, string client, int records, TimeSpan timeout);

    [LoggerMessage(2040, LogLevel.Information, "Topic {Topic} is created with {Partitions} partitions")]
    public static partial void TopicCreated(ILogger log, string topic, int partitions);

    [LoggerMessage(2041, LogLevel.Information, "Topic {Topic} is deleted to be created anew")]
    public static partial void TopicDeleted(ILogger log, string topic);

    [LoggerMessage(2042, LogLevel.Information, "Topic {Topic} is changed to {Changes}")]
    public static partial void TopicAltered(ILogger log, string topic, string changes);

    [LoggerMessage(2050, LogLevel.Debug, "{Client}: takes up partition {Partition}")]
    public static partial void PartitionComes(ILogger log, string client, int partition);

    [LoggerMessage(2051, LogLevel.Warning, "{Client}: committing failed, the records may be handled again: {Reason}")]
    public static partial void CommitFailed(ILogger log, string client, string reason);

    [LoggerMessage(2052, LogLevel.Warning, "{Topic} [{Partition}] offset {Offset} failed and is tried again: {Reason}")]
    public static partial void RecordWaits(ILogger log, string topic, int partition, long offset, string reason);
}
