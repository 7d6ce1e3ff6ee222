using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>
/// How far groups have come; since version 2 in everything they read, since 8 several groups at once. Nothing committed is offset -1 and no
/// error. There are no transactions, so every offset is stable.
/// </summary>
internal sealed class OffsetFetchApi(GroupCoordinator groups) : IPromptApi
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
