using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Remembers how far a group has come. Versions 2 to 4 let the client choose how long the offset is kept.</summary>
internal sealed class OffsetCommitApi(GroupCoordinator groups, TimeProvider clock) : IApi
{
    public ApiRange Range => new(ApiKey.OffsetCommit, 2, 9, FlexibleFrom: 8);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var version = request.Version;
        var reader = request.Reader();
        var groupId = reader.ReadString();
        var generation = reader.ReadInt32();
        var memberId = reader.ReadString();
        var instanceId = version >= 7 ? reader.ReadNullableString() : null;
        var retentionMs = version <= 4 ? reader.ReadInt64() : -1;
        var now = clock.GetUtcNow();
        var expiresAt = ExpiresAt(now, retentionMs);
        var topics = new (string Name, int Partitions)[reader.ReadArrayLength()];
        var commits = new List<KeyValuePair<TopicSlot, CommittedOffset>>();
        for (var i = 0; i < topics.Length; i++)
        {
            topics[i] = (reader.ReadString(), reader.ReadArrayLength());
            for (var j = 0; j < topics[i].Partitions; j++)
            {
                var slot = new TopicSlot(topics[i].Name, reader.ReadInt32());
                var offset = reader.ReadInt64();
                var leaderEpoch = version >= 6 ? reader.ReadInt32() : -1;
                commits.Add(new(slot, new(offset, leaderEpoch, reader.ReadNullableString() ?? "", now, expiresAt)));
                reader.SkipTags();
            }
            reader.SkipTags();
        }
        reader.SkipTags();

        var results = groups.Commit(groupId, new(memberId, instanceId, generation), commits);
        if (version >= 3)
            answer.WriteThrottleTime();
        answer.WriteArrayLength(topics.Length);
        var next = 0;
        foreach (var topic in topics)
        {
            answer.WriteString(topic.Name);
            answer.WriteArrayLength(topic.Partitions);
            for (var j = 0; j < topic.Partitions; j++, next++)
            {
                answer.WriteInt32(commits[next].Key.Partition);
                answer.WriteError(ForVersion(results[next], version));
                answer.WriteTags();
            }
            answer.WriteTags();
        }
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    /// <summary>Clients before version 9 know a lost group only as a generation that is over.</summary>
    private static ErrorCode ForVersion(ErrorCode error, short version) =>
        error == ErrorCode.GroupIdNotFound && version < 9 ? ErrorCode.IllegalGeneration : error;

    private static DateTimeOffset? ExpiresAt(DateTimeOffset now, long retentionMs)
    {
        if (retentionMs < 0)
            return null;
        var longest = (DateTimeOffset.MaxValue - now).TotalMilliseconds;
        return retentionMs >= longest ? DateTimeOffset.MaxValue : now.AddMilliseconds(retentionMs);
    }
}
