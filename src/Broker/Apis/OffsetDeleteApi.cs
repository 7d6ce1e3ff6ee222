using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Forgets offsets of topics a group no longer reads.</summary>
internal sealed class OffsetDeleteApi(GroupCoordinator groups) : IPromptApi
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
