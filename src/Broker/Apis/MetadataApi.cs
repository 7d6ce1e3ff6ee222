using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Who the broker is and what topics it has, by name or id; creates missing topics where that is switched on.</summary>
internal sealed class MetadataApi(BrokerAddress address, TopicRegistry topics, TopicDefaults defaults) : IApi
{
    public ApiRange Range => new(ApiKey.Metadata, 0, 12, FlexibleFrom: 9);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var version = request.Version;
        var reader = request.Reader();
        var asked = ReadTopics(ref reader, version);
        var mayCreate = version < 4 || reader.ReadBool();
        var wantsClusterOperations = version is >= 8 and <= 10 && reader.ReadBool();
        var wantsTopicOperations = version >= 8 && reader.ReadBool();
        reader.SkipTags();

        if (version >= 3)
            answer.WriteThrottleTime();
        answer.WriteBrokers(address, withRack: version >= 1);
        if (version >= 2)
            answer.WriteNullableString(address.ClusterId);
        if (version >= 1)
            answer.WriteInt32(BrokerAddress.NodeId);
        var found = asked is null ? [.. topics.All.Select(topic => new Found(topic.Name, topic.Id, topic, ErrorCode.None))]
            : asked.ConvertAll(one => Look(one.Name, one.Id, mayCreate));
        answer.WriteArrayLength(found.Count);
        foreach (var one in found)
            WriteTopic(answer, version, one, wantsTopicOperations);
        if (version is >= 8 and <= 10)
            answer.WriteInt32(wantsClusterOperations ? AuthorizedOperations.Cluster : AuthorizedOperations.NotAsked);
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    /// <summary>The topics asked for; null for all of them.</summary>
    private static List<(string? Name, Guid Id)>? ReadTopics(ref WireReader reader, short version)
    {
        var count = reader.ReadNullableArrayLength();
        if (count < 0 && version == 0)
            throw new MalformedRequestException("Metadata version 0 has no null list of topics.");
        if (count < 0 || (count == 0 && version == 0))
            return null;
        var asked = new List<(string?, Guid)>(count);
        for (var i = 0; i < count; i++)
        {
            var id = version >= 10 ? reader.ReadUuid() : Guid.Empty;
            asked.Add((version >= 10 ? reader.ReadNullableString() : reader.ReadString(), id));
            reader.SkipTags();
        }
        return asked;
    }

    private Found Look(string? name, Guid id, bool mayCreate)
    {
        if (name is null)
        {
            var known = topics.Find(id);
            return known is null ? new(null, id, null, ErrorCode.UnknownTopicId) : new(known.Name, id, known, ErrorCode.None);
        }
        try
        {
            var topic = topics.Find(name);
            if (topic is null)
            {
                TopicName.Check(name);
                if (!mayCreate || !defaults.AutoCreate)
                    return new(name, Guid.Empty, null, ErrorCode.UnknownTopicOrPartition);
                topic = Create(name);
            }
            return new(name, topic.Id, topic, ErrorCode.None);
        }
        catch (RefusedException refused)
        {
            return new(name, Guid.Empty, null, refused.Error);
        }
    }

    private Topic Create(string name)
    {
        try
        {
            return topics.Create(name, defaults.Partitions, new Dictionary<string, string>());
        }
        catch (RefusedException refused) when (refused.Error == ErrorCode.TopicAlreadyExists)
        {
            // Another client asked for the same topic at the same moment.
            return topics.Find(name) ?? throw new RefusedException(ErrorCode.UnknownTopicOrPartition, refused.Message);
        }
    }

    private static void WriteTopic(WireWriter answer, short version, Found found, bool wantsOperations)
    {
        answer.WriteError(found.Error);
        if (version >= 12)
            answer.WriteNullableString(found.Name);
        else
            answer.WriteString(found.Name ?? string.Empty);
        if (version >= 10)
            answer.WriteUuid(found.Id);
        if (version >= 1)
            answer.WriteBool(false);
        var partitions = found.Topic?.Partitions ?? [];
        answer.WriteArrayLength(partitions.Count);
        for (var index = 0; index < partitions.Count; index++)
        {
            answer.WriteError(ErrorCode.None);
            answer.WriteInt32(index);
            answer.WriteInt32(BrokerAddress.NodeId);
            if (version >= 7)
                answer.WriteInt32(partitions[index].LeaderEpoch);
            answer.WriteInt32s([BrokerAddress.NodeId]);
            answer.WriteInt32s([BrokerAddress.NodeId]);
            if (version >= 5)
                answer.WriteInt32s([]);
            answer.WriteTags();
        }
        if (version >= 8)
            answer.WriteInt32(wantsOperations ? AuthorizedOperations.Topic : AuthorizedOperations.NotAsked);
        answer.WriteTags();
    }

    private sealed record Found(string? Name, Guid Id, Topic? Topic, ErrorCode Error);
}
