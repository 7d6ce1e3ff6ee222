using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Who the broker is and what topics it has, by name or id; creates missing topics where that is switched on.</summary>
internal sealed class MetadataApi(BrokerAddress address, TopicRegistry topics, BrokerOptions options) : ISynchronousApi
{
    public ApiRange Range => new(ApiKey.Metadata, 0, 12, FlexibleFrom: 9);

    public void Answer(WireReader request, WireWriter answer)
    {
        var asked = request.ReadNullableArray((ref topic) =>
        {
            var id = topic.Since(10) ? topic.ReadUuid() : Guid.Empty;
            return (Name: topic.Since(10) ? topic.ReadNullableString() : topic.ReadString(), Id: id);
        });
        if (asked is null && !request.Since(1))
            throw new MalformedRequestException("Metadata version 0 has no null list of topics.");
        var wantsAll = asked is null || (asked.Length == 0 && !request.Since(1));
        var mayCreate = !request.Since(4) || request.ReadBool();
        var hasClusterOperations = request.Since(8) && !request.Since(11);
        var wantsClusterOperations = hasClusterOperations && request.ReadBool();
        var wantsTopicOperations = request.Since(8) && request.ReadBool();
        request.SkipTags();

        answer.Since(3)?.WriteThrottleTime();
        answer.WriteBrokers(address, withRack: answer.Since(1) is not null);
        answer.Since(2)?.WriteNullableString(address.ClusterId);
        answer.Since(1)?.WriteInt32(BrokerAddress.NodeId);
        Found[] found = wantsAll ? [.. topics.All.Select(topic => new Found(topic.Name, topic.Id, topic, ErrorCode.None))]
            : [.. asked!.Select(one => one.Name is null ? Find(one.Id) : Find(one.Name, mayCreate))];
        answer.WriteArray(found, one => WriteTopic(answer, one, wantsTopicOperations));
        if (hasClusterOperations)
            answer.WriteInt32(wantsClusterOperations ? AuthorizedOperations.Cluster : AuthorizedOperations.NotAsked);
    }

    private Found Find(Guid id)
    {
        var topic = topics.Find(id);
        return new(topic?.Name, id, topic, topic is null ? ErrorCode.UnknownTopicId : ErrorCode.None);
    }

    private Found Find(string name, bool mayCreate)
    {
        var (topic, error, _) = Refusals.Try(() => topics.Find(name) ?? Create(name, mayCreate));
        return new(name, topic?.Id ?? Guid.Empty, topic, error);
    }

    private Topic Create(string name, bool mayCreate)
    {
        TopicName.Check(name);
        var unknown = new RefusedException(ErrorCode.UnknownTopicOrPartition, $"The topic '{name}' does not exist.");
        if (!mayCreate || !options.AutoCreateTopics)
            throw unknown;
        try
        {
            return topics.Create(name, options.DefaultPartitions, new Dictionary<string, string>());
        }
        catch (RefusedException refused) when (refused.Error == ErrorCode.TopicAlreadyExists)
        {
            // Another client asked for the same topic at the same moment.
            return topics.Find(name) ?? throw unknown;
        }
    }

    private static void WriteTopic(WireWriter answer, Found found, bool wantsOperations)
    {
        answer.WriteError(found.Error);
        answer.WriteNullableString(found.Name ?? (answer.Since(12) is null ? "" : null));
        answer.Since(10)?.WriteUuid(found.Id);
        answer.Since(1)?.WriteBool(false);
        var index = 0;
        answer.WriteArray(found.Topic?.Partitions ?? [], partition =>
        {
            answer.WriteError(ErrorCode.None);
            answer.WriteInt32(index++);
            answer.WriteInt32(BrokerAddress.NodeId);
            answer.Since(7)?.WriteInt32(partition.LeaderEpoch);
            answer.WriteInt32s([BrokerAddress.NodeId]);
            answer.WriteInt32s([BrokerAddress.NodeId]);
            answer.Since(5)?.WriteInt32s([]);
        });
        answer.Since(8)?.WriteInt32(wantsOperations ? AuthorizedOperations.Topic : AuthorizedOperations.NotAsked);
    }

    private sealed record Found(string? Name, Guid Id, Topic? Topic, ErrorCode Error);
}
