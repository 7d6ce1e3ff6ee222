using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Deletes topics by name, from version 6 on also by id.</summary>
internal sealed class DeleteTopicsApi(TopicRegistry topics) : IPromptApi
{
    public ApiRange Range => new(ApiKey.DeleteTopics, 1, 6, FlexibleFrom: 4);

    public void Answer(WireReader request, WireWriter answer)
    {
        var asked = request.Since(6)
            ? request.ReadArray((ref topic) => new Asked(topic.ReadNullableString(), topic.ReadUuid()))
            : [.. request.ReadStrings().Select(name => new Asked(name, Guid.Empty))];
        request.ReadInt32();
        request.SkipTags();

        answer.WriteThrottleTime();
        answer.WriteArray(asked, one =>
        {
            var topic = !one.IsClear ? null : one.Name is null ? topics.Find(one.Id) : topics.Find(one.Name);
            var (_, error, message) = Refusals.Try(() => Delete(one, topic));
            var name = one.Name ?? topic?.Name;
            answer.WriteNullableString(name);
            answer.Since(6)?.WriteUuid(topic?.Id ?? one.Id);
            answer.WriteError(error);
            answer.Since(5)?.WriteMessage(message);
        });
    }

    private Topic Delete(Asked asked, Topic? topic)
    {
        if (!asked.IsClear)
            throw new RefusedException(ErrorCode.InvalidRequest, "A topic is deleted by its name or by its id, and not by both.");
        if (topic is null)
        {
            throw asked.Name is null
                ? new RefusedException(ErrorCode.UnknownTopicId, "This server does not host this topic ID.")
                : new RefusedException(ErrorCode.UnknownTopicOrPartition, "This server does not host this topic-partition.");
        }
        return topics.Delete(topic.Name);
    }

    private sealed record Asked(string? Name, Guid Id)
    {
        public bool IsClear => Name is null != (Id == Guid.Empty);
    }
}
