using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Finds offsets: the first, the next, that of the largest timestamp, and the first at or after a time.</summary>
internal sealed class ListOffsetsApi(TopicRegistry topics) : ISynchronousApi
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long LargestTimestamp = -3;
    private const long EarliestLocal = -4;
    private const long LatestTiered = -5;

    private static readonly TimedOffset NotFound = new(-1, -1, -1);

    public ApiRange Range => new(ApiKey.ListOffsets, 1, 9, FlexibleFrom: 6);

    public void Answer(WireReader request, WireWriter answer)
    {
        request.ReadInt32();
        if (request.Since(2))
            request.ReadInt8();
        var asked = request.ReadTopics((ref part) => (
            Partition: part.ReadInt32(), Epoch: part.Since(4) ? part.ReadInt32() : -1, Time: ReadTime(ref part)));
        request.SkipTags();

        var twice = asked.SelectMany(topic => topic.Parts, (topic, part) => (topic.Name, part.Partition))
            .CountBy(partition => partition).Where(count => count.Value > 1).Select(count => count.Key).ToHashSet();
        answer.Since(2)?.WriteThrottleTime();
        answer.WriteTopics(asked, (name, part) =>
        {
            var log = topics.FindLog(name, part.Partition);
            var error = twice.Contains((name, part.Partition)) ? ErrorCode.InvalidRequest : LeaderEpochs.Check(log, part.Epoch);
            if (error == ErrorCode.None && part.Time is null)
                error = ErrorCode.UnsupportedVersion;
            var found = NotFound;
            if (error == ErrorCode.None)
                (error, found) = Find(log!, part.Time!.Value);
            answer.WriteInt32(part.Partition);
            answer.WriteError(error);
            answer.WriteInt64(found.Timestamp);
            answer.WriteInt64(found.Offset);
            answer.Since(4)?.WriteInt32(found.LeaderEpoch);
        });
    }

    /// <summary>Special times came with later versions; null for one used in an older version, or one nobody knows.</summary>
    private static long? ReadTime(ref WireReader part)
    {
        var time = part.ReadInt64();
        var isKnown = time switch
        {
            >= 0 or Latest or Earliest => true,
            LargestTimestamp => part.Since(7),
            EarliestLocal => part.Since(8),
            LatestTiered => part.Since(9),
            _ => false,
        };
        return isKnown ? time : null;
    }

    private static (ErrorCode Error, TimedOffset Found) Find(PartitionLog log, long time)
    {
        try
        {
            return (ErrorCode.None, time switch
            {
                Latest => new(log.EndOffset, -1, log.LeaderEpoch),
                Earliest or EarliestLocal => new(log.StartOffset, -1, log.EpochAt(log.StartOffset)),
                LatestTiered => NotFound,
                LargestTimestamp => log.FindLatest() ?? NotFound,
                _ => log.FindByTime(time) ?? NotFound,
            });
        }
        catch (IOException)
        {
            return (ErrorCode.KafkaStorageError, NotFound);
        }
    }
}

/// <summary>Says where a leader epoch ended, so that a client notices that the log it read was cut off by a crash.</summary>
internal sealed class OffsetForLeaderEpochApi(TopicRegistry topics) : ISynchronousApi
{
    public ApiRange Range => new(ApiKey.OffsetForLeaderEpoch, 2, 4, FlexibleFrom: 4);

    public void Answer(WireReader request, WireWriter answer)
    {
        if (request.Since(3))
            request.ReadInt32();
        var asked = request.ReadTopics((ref part) => (Partition: part.ReadInt32(), CurrentEpoch: part.ReadInt32(), Epoch: part.ReadInt32()));
        request.SkipTags();

        answer.WriteThrottleTime();
        answer.WriteTopics(asked, (name, part) =>
        {
            var log = topics.FindLog(name, part.Partition);
            var error = LeaderEpochs.Check(log, part.CurrentEpoch);
            var end = error == ErrorCode.None ? log!.EndOffsetForEpoch(part.Epoch) : (Epoch: -1, EndOffset: -1);
            answer.WriteError(error);
            answer.WriteInt32(part.Partition);
            answer.WriteInt32(end.Epoch);
            answer.WriteInt64(end.EndOffset);
        });
    }
}

/// <summary>The check that a client and the broker mean the same life of a partition.</summary>
internal static class LeaderEpochs
{
    private const int NotChecked = -1;

    public static ErrorCode Check(PartitionLog? log, int asked) => log switch
    {
        null => ErrorCode.UnknownTopicOrPartition,
        _ when asked <= NotChecked || asked == log.LeaderEpoch => ErrorCode.None,
        _ => asked < log.LeaderEpoch ? ErrorCode.FencedLeaderEpoch : ErrorCode.UnknownLeaderEpoch,
    };
}

/// <summary>Moves the start of partitions forward; what lies before it is gone for readers at once and from the disk later.</summary>
internal sealed class DeleteRecordsApi(TopicRegistry topics) : ISynchronousApi
{
    public ApiRange Range => new(ApiKey.DeleteRecords, 0, 2, FlexibleFrom: 2);

    public void Answer(WireReader request, WireWriter answer)
    {
        var asked = request.ReadTopics((ref part) => (Partition: part.ReadInt32(), Offset: part.ReadInt64()));
        request.ReadInt32();
        request.SkipTags();

        answer.WriteThrottleTime();
        answer.WriteTopics(asked, (name, part) =>
        {
            var log = topics.FindLog(name, part.Partition);
            var error = Delete(log, part.Offset);
            answer.WriteInt32(part.Partition);
            answer.WriteInt64(error == ErrorCode.None ? log!.StartOffset : -1);
            answer.WriteError(error);
        });
    }

    private static ErrorCode Delete(PartitionLog? log, long offset) => log switch
    {
        null => ErrorCode.UnknownTopicOrPartition,
        { Settings.Delete: false } => ErrorCode.PolicyViolation,
        _ => log.DeleteRecords(offset),
    };
}
