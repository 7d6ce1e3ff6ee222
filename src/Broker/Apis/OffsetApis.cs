using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Remembers how far a group has come. Versions 2 to 4 let the client choose how long the offset is kept.</summary>
internal sealed class OffsetCommitApi(GroupCoordinator groups, TimeProvider clock) : ISynchronousApi
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

/// <summary>
/// How far groups have come; since version 2 in everything they read, since 8 several groups at once. Nothing committed is offset -1 and no
/// error. There are no transactions, so every offset is stable.
/// </summary>
internal sealed class OffsetFetchApi(GroupCoordinator groups) : ISynchronousApi
{
    public ApiRange Range => new(ApiKey.OffsetFetch, 1, 9, FlexibleFrom: 6);

    public void Answer(WireReader request, WireWriter answer)
    {
        var isBatch = request.Since(8);
        var asked = isBatch ? request.ReadArray(ReadGroup) : [ReadGroup(ref request)];
        if (request.Since(7))
            request.ReadBool();
        request.SkipTags();

        answer.Since(3)?.WriteThrottleTime();
        if (isBatch)
            answer.WriteArray(asked, group => WriteGroup(answer, group));
        else
            WriteGroup(answer, asked[0]);
    }

    private static Asked ReadGroup(ref WireReader group)
    {
        var groupId = group.ReadString();
        if (group.Since(9))
        {
            group.ReadNullableString();
            group.ReadInt32();
        }
        var topics = group.ReadNullableArray((ref topic) => new TopicParts<int>(topic.ReadString(), topic.ReadInt32s()));
        return topics is null && !group.Since(2)
            ? throw new MalformedRequestException("OffsetFetch version 1 has no null list of topics.")
            : new(groupId, topics);
    }

    private void WriteGroup(WireWriter answer, Asked asked)
    {
        answer.Since(8)?.WriteString(asked.GroupId);
        var committed = groups.Committed(asked.GroupId);
        var topics = asked.Topics ?? [.. committed.Keys
            .GroupBy(slot => slot.Topic, slot => slot.Partition)
            .Select(topic => new TopicParts<int>(topic.Key, [.. topic.Order()]))];
        answer.WriteTopics(topics, (name, partition) =>
        {
            var offset = committed.GetValueOrDefault(new(name, partition));
            answer.WriteInt32(partition);
            answer.WriteInt64(offset?.Offset ?? -1);
            answer.Since(5)?.WriteInt32(offset?.LeaderEpoch ?? -1);
            answer.WriteNullableString(offset?.Metadata ?? "");
            answer.WriteError(ErrorCode.None);
        });
        answer.Since(2)?.WriteError(ErrorCode.None);
    }

    /// <summary>No topics means all that the group has offsets in.</summary>
    private sealed record Asked(string GroupId, TopicParts<int>[]? Topics);
}

/// <summary>Forgets offsets of topics a group no longer reads.</summary>
internal sealed class OffsetDeleteApi(GroupCoordinator groups) : ISynchronousApi
{
    public ApiRange Range => new(ApiKey.OffsetDelete, 0, 0);

    public void Answer(WireReader request, WireWriter answer)
    {
        var groupId = request.ReadString();
        var topics = request.ReadTopics((ref part) => part.ReadInt32());

        var (error, results) = groups.DeleteOffsets(
            groupId, [.. topics.SelectMany(topic => topic.Parts, (topic, partition) => new TopicSlot(topic.Name, partition))]);
        answer.WriteError(error);
        answer.WriteThrottleTime();
        var next = 0;
        answer.WriteTopics(error == ErrorCode.None ? topics : [], (_, partition) =>
        {
            answer.WriteInt32(partition);
            answer.WriteError(results[next++]);
        });
    }
}
