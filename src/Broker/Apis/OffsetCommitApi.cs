using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Remembers how far a group has come. Versions 2 to 4 let the client choose how long the offset is kept.</summary>
internal sealed class OffsetCommitApi(GroupCoordinator groups, TimeProvider clock) : IPromptApi
{
    public ApiRange Range => new(ApiKey.OffsetCommit, 2, 9, FlexibleFrom: 8);

    public void Answer(WireReader request, WireWriter answer)
    {
        // Clients before version 9 know a lost group only as a generation that is over.
        var lostGroup = request.Since(9) ? ErrorCode.GroupIdNotFound : ErrorCode.IllegalGeneration;
        var groupId = request.ReadString();
        var claim = MemberClaim.Read(ref request, instanceSince: 7);
        var now = clock.GetUtcNow();
        var expiresAt = request.Since(5) ? null : ExpiresAt(now, request.ReadInt64());
        var topics = request.ReadTopics((ref part) =>
        {
            var (partition, offset) = (part.ReadInt32(), part.ReadInt64());
            var leaderEpoch = part.Since(6) ? part.ReadInt32() : -1;
            return (Partition: partition, Offset: new CommittedOffset(offset, leaderEpoch, part.ReadNullableString() ?? "", now, expiresAt));
        });
        request.SkipTags();

        var results = groups.Commit(groupId, claim, [.. topics.SelectMany(topic => topic.Parts, (topic, part) =>
            (new TopicSlot(topic.Name, part.Partition), part.Offset))]);
        answer.Since(3)?.WriteThrottleTime();
        var next = 0;
        answer.WriteTopics(topics, (_, part) =>
        {
            var error = results[next++];
            answer.WriteInt32(part.Partition);
            answer.WriteError(error == ErrorCode.GroupIdNotFound ? lostGroup : error);
        });
    }

    private static DateTimeOffset? ExpiresAt(DateTimeOffset now, long retentionMs)
    {
        if (retentionMs < 0)
            return null;
        var longest = (DateTimeOffset.MaxValue - now).TotalMilliseconds;
        return retentionMs >= longest ? DateTimeOffset.MaxValue : now.AddMilliseconds(retentionMs);
    }
}
