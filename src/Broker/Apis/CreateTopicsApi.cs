using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Creates topics, or only checks that they could be. A topic is ready for use when the answer names it.</summary>
internal sealed class CreateTopicsApi(TopicRegistry topics, BrokerOptions options) : IPromptApi
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
