using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>
/// How far groups have come; since version 2 in everything they read, since 8 several groups at once. Nothing committed is offset -1 and no
/// error. There are no transactions, so every offset is stable.
/// </summary>
internal sealed class OffsetFetchApi(GroupCoordinator groups) : IApi
{
    public ApiRange Range => new(ApiKey.OffsetFetch, 1, 9, FlexibleFrom: 6);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var version = request.Version;
        var reader = request.Reader();
        var asked = new Asked[version >= 8 ? reader.ReadArrayLength() : 1];
        for (var i = 0; i < asked.Length; i++)
            asked[i] = ReadGroup(ref reader, version);
        if (version >= 7)
            reader.ReadBool();
        reader.SkipTags();

        if (version >= 3)
            answer.WriteThrottleTime();
        if (version >= 8)
            answer.WriteArrayLength(asked.Length);
        foreach (var group in asked)
            WriteGroup(answer, version, group);
        if (version >= 8)
            answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    private static Asked ReadGroup(ref WireReader reader, short version)
    {
        var groupId = reader.ReadString();
        if (version >= 9)
        {
            reader.ReadNullableString();
            reader.ReadInt32();
        }
        var count = version >= 2 ? reader.ReadNullableArrayLength() : reader.ReadArrayLength();
        var topics = count < 0 ? null : new (string, int[])[count];
        for (var i = 0; i < count; i++)
        {
            topics![i] = (reader.ReadString(), reader.ReadInt32s());
            reader.SkipTags();
        }
        if (version >= 8)
            reader.SkipTags();
        return new(groupId, topics);
    }

    private void WriteGroup(WireWriter answer, short version, Asked asked)
    {
        if (version >= 8)
            answer.WriteString(asked.GroupId);
        var committed = groups.Committed(asked.GroupId);
        var topics = asked.Topics ?? [.. committed.Keys
            .GroupBy(slot => slot.Topic, slot => slot.Partition)
            .Select(topic => (topic.Key, topic.Order().ToArray()))];
        answer.WriteArrayLength(topics.Length);
        foreach (var (name, partitions) in topics)
        {
            answer.WriteString(name);
            answer.WriteArrayLength(partitions.Length);
            foreach (var partition in partitions)
                WritePartition(answer, version, partition, committed.GetValueOrDefault(new(name, partition)));
            answer.WriteTags();
        }
        if (version >= 2)
            answer.WriteError(ErrorCode.None);
        answer.WriteTags();
    }

    private static void WritePartition(WireWriter answer, short version, int partition, CommittedOffset? committed)
    {
        answer.WriteInt32(partition);
        answer.WriteInt64(committed?.Offset ?? -1);
        if (version >= 5)
            answer.WriteInt32(committed?.LeaderEpoch ?? -1);
        answer.WriteNullableString(committed?.Metadata ?? "");
        answer.WriteError(ErrorCode.None);
        answer.WriteTags();
    }

    /// <summary>No topics means all that the group has offsets in.</summary>
    private sealed record Asked(string GroupId, (string Name, int[] Partitions)[]? Topics);
}
