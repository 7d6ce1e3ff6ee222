using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Forgets offsets of topics a group no longer reads.</summary>
internal sealed class OffsetDeleteApi(GroupCoordinator groups) : IApi
{
    public ApiRange Range => new(ApiKey.OffsetDelete, 0, 0);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var reader = request.Reader();
        var groupId = reader.ReadString();
        var topics = new (string Name, int[] Partitions)[reader.ReadArrayLength()];
        for (var i = 0; i < topics.Length; i++)
            topics[i] = (reader.ReadString(), reader.ReadInt32s());

        var (error, results) = groups.DeleteOffsets(
            groupId, [.. topics.SelectMany(topic => topic.Partitions, (topic, partition) => new TopicSlot(topic.Name, partition))]);
        answer.WriteError(error);
        answer.WriteThrottleTime();
        answer.WriteArrayLength(error == ErrorCode.None ? topics.Length : 0);
        var next = 0;
        foreach (var (name, partitions) in error == ErrorCode.None ? topics : [])
        {
            answer.WriteString(name);
            answer.WriteArrayLength(partitions.Length);
            foreach (var partition in partitions)
            {
                answer.WriteInt32(partition);
                answer.WriteError(results[next++]);
            }
        }
        return ValueTask.CompletedTask;
    }
}
