using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Deletes topics by name, from version 6 on also by id.</summary>
internal sealed class DeleteTopicsApi(TopicRegistry topics) : IApi
{
    public ApiRange Range => new(ApiKey.DeleteTopics, 1, 6, FlexibleFrom: 4);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var version = request.Version;
        var reader = request.Reader();
        var asked = new (string? Name, Guid Id)[reader.ReadArrayLength()];
        for (var i = 0; i < asked.Length; i++)
        {
            if (version < 6)
            {
                asked[i] = (reader.ReadString(), Guid.Empty);
                continue;
            }
            asked[i] = (reader.ReadNullableString(), reader.ReadUuid());
            reader.SkipTags();
        }
        reader.ReadInt32();
        reader.SkipTags();

        answer.WriteThrottleTime();
        answer.WriteArrayLength(asked.Length);
        foreach (var (name, id) in asked)
        {
            var (foundName, foundId, error, message) = Delete(name, id);
            if (version >= 6)
            {
                answer.WriteNullableString(foundName);
                answer.WriteUuid(foundId);
            }
            else
            {
                answer.WriteString(foundName ?? string.Empty);
            }
            answer.WriteError(error);
            if (version >= 5)
                answer.WriteMessage(message);
            answer.WriteTags();
        }
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    private (string? Name, Guid Id, ErrorCode Error, string? Message) Delete(string? name, Guid id)
    {
        if (name is null == (id == Guid.Empty))
            return (name, id, ErrorCode.InvalidRequest, "A topic is deleted by its name or by its id, and not by both.");
        var topic = name is null ? topics.Find(id) : topics.Find(name);
        if (topic is null)
        {
            return name is null
                ? (null, id, ErrorCode.UnknownTopicId, "This server does not host this topic ID.")
                : (name, id, ErrorCode.UnknownTopicOrPartition, "This server does not host this topic-partition.");
        }
        try
        {
            topics.Delete(topic.Name);
            return (topic.Name, topic.Id, ErrorCode.None, null);
        }
        catch (RefusedException refused)
        {
            return (topic.Name, topic.Id, refused.Error, refused.Message);
        }
    }
}
