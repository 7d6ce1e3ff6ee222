using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Creates topics, or only checks that they could be. A topic is ready for use when the answer names it.</summary>
internal sealed class CreateTopicsApi(TopicRegistry topics, BrokerOptions options) : ISynchronousApi
{
    private const int Default = -1;

    public ApiRange Range => new(ApiKey.CreateTopics, 2, 7, FlexibleFrom: 5);

    public void Answer(WireReader request, WireWriter answer)
    {
        var wanted = request.ReadArray((ref topic) => new Wanted(
            topic.ReadString(), topic.ReadInt32(), topic.ReadInt16(),
            topic.ReadArray((ref assignment) => (assignment.ReadInt32(), assignment.ReadInt32s())),
            ConfigEntries.Read(ref topic)));
        request.ReadInt32();
        var onlyCheck = request.ReadBool();
        request.SkipTags();

        var outcomes = Refusals.TryEach(wanted, one => one.Name, "Duplicate topic name.", one => Create(one, onlyCheck));
        answer.WriteThrottleTime();
        answer.WriteArray(outcomes, outcome =>
        {
            var created = outcome.Value;
            answer.WriteString(outcome.Item.Name);
            answer.Since(7)?.WriteUuid(created?.Id ?? Guid.Empty);
            answer.WriteError(outcome.Error);
            answer.WriteMessage(outcome.Message);
            answer.Since(5)?.WriteInt32(created?.Partitions ?? -1);
            answer.Since(5)?.WriteInt16((short)(created is null ? -1 : 1));
            answer.Since(5)?.WriteArray(created is null ? null : KnownConfigs.All, config =>
            {
                answer.WriteString(config.Name);
                answer.WriteNullableString(created!.Config[config.Name]);
                answer.WriteBool(false);
                answer.WriteUInt8((byte)created.Config.SourceOf(config.Name));
                answer.WriteBool(false);
            });
        });
    }

    private Created Create(Wanted wanted, bool onlyCheck)
    {
        TopicName.Check(wanted.Name);
        var partitions = CountPartitions(wanted);
        var configs = ConfigEntries.ToDictionary(wanted.Configs);
        if (onlyCheck)
            return new(Guid.Empty, partitions, topics.CheckNew(wanted.Name, partitions, configs));
        var topic = topics.Create(wanted.Name, partitions, configs);
        return new(topic.Id, partitions, topic.Config);
    }

    private int CountPartitions(Wanted wanted)
    {
        if (wanted.Assignments.Length > 0)
        {
            if (wanted.Partitions != Default || wanted.Replicas != Default)
            {
                var given = wanted.Partitions != Default ? "numPartitions" : "replication factor";
                throw new RefusedException(ErrorCode.InvalidRequest, $"A manual partition assignment was specified, but {given} was not set to -1.");
            }
            ReplicaAssignment.Check(wanted.Assignments);
            return wanted.Assignments.Length;
        }
        if (wanted.Partitions is 0 or < Default)
            throw new RefusedException(ErrorCode.InvalidPartitions, "Number of partitions was set to an invalid non-positive value.");
        if (wanted.Replicas is not (Default or 1))
        {
            throw new RefusedException(ErrorCode.InvalidReplicationFactor, wanted.Replicas is 0 or < Default
                ? "Replication factor must be larger than 0, or -1 to use the default value."
                : $"Unable to replicate the partition {wanted.Replicas} time(s): the only broker of this cluster holds one copy.");
        }
        return wanted.Partitions == Default ? options.DefaultPartitions : wanted.Partitions;
    }

    private sealed record Wanted(
        string Name, int Partitions, short Replicas, (int Partition, int[] Brokers)[] Assignments, (string Name, string? Value)[] Configs);

    private sealed record Created(Guid Id, int Partitions, TopicConfig Config);
}

/// <summary>Adds partitions to topics, or only checks that they could be added.</summary>
internal sealed class CreatePartitionsApi(TopicRegistry topics) : ISynchronousApi
{
    public ApiRange Range => new(ApiKey.CreatePartitions, 0, 3, FlexibleFrom: 2);

    public void Answer(WireReader request, WireWriter answer)
    {
        var wanted = request.ReadArray((ref topic) => new Wanted(
            topic.ReadString(), topic.ReadInt32(), topic.ReadNullableArray((ref partition) => partition.ReadInt32s())));
        request.ReadInt32();
        var onlyCheck = request.ReadBool();
        request.SkipTags();

        var outcomes = Refusals.TryEach(wanted, one => one.Topic, "Duplicate topic in request.", one => Grow(one, onlyCheck));
        answer.WriteThrottleTime();
        answer.WriteArray(outcomes, outcome =>
        {
            answer.WriteString(outcome.Item.Topic);
            answer.WriteError(outcome.Error);
            answer.WriteMessage(outcome.Message);
        });
    }

    private Topic Grow(Wanted wanted, bool onlyCheck)
    {
        var topic = topics.CheckGrowth(wanted.Topic, wanted.Count);
        if (wanted.Assignments is not null)
            CheckAssignments(topic.Partitions.Count, wanted.Count, wanted.Assignments);
        return onlyCheck ? topic : topics.Grow(wanted.Topic, wanted.Count);
    }

    private static void CheckAssignments(int existing, int wanted, int[][] assignments)
    {
        var added = wanted - existing;
        if (assignments.Length != added)
        {
            throw new RefusedException(ErrorCode.InvalidReplicaAssignment,
                $"Attempted to add {added} additional partition(s), but only {assignments.Length} assignment(s) were specified.");
        }
        for (var i = 0; i < added; i++)
            ReplicaAssignment.Check(existing + i, assignments[i]);
    }

    private sealed record Wanted(string Topic, int Count, int[][]? Assignments);
}

/// <summary>Deletes topics by name, from version 6 on also by id.</summary>
internal sealed class DeleteTopicsApi(TopicRegistry topics) : ISynchronousApi
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
