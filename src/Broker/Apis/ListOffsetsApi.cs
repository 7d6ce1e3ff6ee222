using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Finds offsets: the first, the next, that of the largest timestamp, and the first at or after a time.</summary>
internal sealed class ListOffsetsApi(TopicRegistry topics) : IPromptApi
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
