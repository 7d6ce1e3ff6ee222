using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Creates topics, or only checks that they could be. A topic is ready for use when the answer names it.</summary>
internal sealed class CreateTopicsApi(TopicRegistry topics, TopicDefaults defaults) : IApi
{
    private const int Default = -1;

    public ApiRange Range => new(ApiKey.CreateTopics, 2, 7, FlexibleFrom: 5);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var reader = request.Reader();
        var wanted = new Wanted[reader.ReadArrayLength()];
        for (var i = 0; i < wanted.Length; i++)
            wanted[i] = ReadTopic(ref reader);
        reader.ReadInt32();
        var onlyCheck = reader.ReadBool();
        reader.SkipTags();

        var twice = wanted.GroupBy(one => one.Name).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet();
        answer.WriteThrottleTime();
        var answered = wanted.DistinctBy(one => one.Name).ToList();
        answer.WriteArrayLength(answered.Count);
        foreach (var one in answered)
            WriteTopic(answer, request.Version, one.Name, Create(one, twice.Contains(one.Name), onlyCheck));
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    private static Wanted ReadTopic(ref WireReader reader)
    {
        var name = reader.ReadString();
        var partitions = reader.ReadInt32();
        var replicas = reader.ReadInt16();
        var assignments = new (int Partition, int[] Brokers)[reader.ReadArrayLength()];
        for (var i = 0; i < assignments.Length; i++)
        {
            assignments[i] = (reader.ReadInt32(), reader.ReadInt32s());
            reader.SkipTags();
        }
        var configs = ConfigEntries.Read(ref reader);
        reader.SkipTags();
        return new Wanted(name, partitions, replicas, assignments, configs);
    }

    private Outcome Create(Wanted wanted, bool twice, bool onlyCheck)
    {
        try
        {
            if (twice)
                throw new RefusedException(ErrorCode.InvalidRequest, "Duplicate topic name.");
            TopicName.Check(wanted.Name);
            var partitions = CountPartitions(wanted);
            var configs = ConfigEntries.ToDictionary(wanted.Configs);
            if (onlyCheck)
                return new(ErrorCode.None, null, Guid.Empty, partitions, topics.CheckNew(wanted.Name, partitions, configs));
            var topic = topics.Create(wanted.Name, partitions, configs);
            return new(ErrorCode.None, null, topic.Id, partitions, topic.Config);
        }
        catch (RefusedException refused)
        {
            return new(refused.Error, refused.Message, Guid.Empty, -1, null);
        }
    }

    private int CountPartitions(Wanted wanted)
    {
        if (wanted.Assignments.Length > 0)
        {
            if (wanted.Partitions != Default || wanted.Replicas != Default)
            {
                throw new RefusedException(ErrorCode.InvalidRequest, wanted.Partitions != Default
                    ? "A manual partition assignment was specified, but numPartitions was not set to -1."
                    : "A manual partition assignment was specified, but replication factor was not set to -1.");
            }
            ReplicaAssignment.Check(wanted.Assignments);
            return wanted.Assignments.Length;
        }
        if (wanted.Partitions is 0 or < Default)
        {
            throw new RefusedException(ErrorCode.InvalidPartitions, "Number of partitions was set to an invalid non-positive value.");
        }
        if (wanted.Replicas is not (Default or 1))
        {
            throw new RefusedException(ErrorCode.InvalidReplicationFactor, wanted.Replicas is 0 or < Default
                ? "Replication factor must be larger than 0, or -1 to use the default value."
                : $"Unable to replicate the partition {wanted.Replicas} time(s): the only broker of this cluster holds one copy.");
        }
        return wanted.Partitions == Default ? defaults.Partitions : wanted.Partitions;
    }

    private static void WriteTopic(WireWriter answer, short version, string name, Outcome outcome)
    {
        answer.WriteString(name);
        if (version >= 7)
            answer.WriteUuid(outcome.Id);
        answer.WriteError(outcome.Error);
        answer.WriteMessage(outcome.Message);
        if (version >= 5)
        {
            answer.WriteInt32(outcome.Partitions);
            answer.WriteInt16((short)(outcome.Config is null ? -1 : 1));
            WriteConfigs(answer, outcome.Config);
        }
        answer.WriteTags();
    }

    private static void WriteConfigs(WireWriter answer, TopicConfig? config)
    {
        answer.WriteArrayLength(config is null ? -1 : TopicConfigKeys.All.Count);
        if (config is null)
            return;
        foreach (var definition in TopicConfigKeys.All)
        {
            answer.WriteString(definition.Name);
            answer.WriteNullableString(config[definition.Name]);
            answer.WriteBool(false);
            answer.WriteInt8((sbyte)(config.Overrides.ContainsKey(definition.Name) ? ConfigSource.Topic : ConfigSource.Default));
            answer.WriteBool(false);
            answer.WriteTags();
        }
    }

    private sealed record Wanted(
        string Name, int Partitions, short Replicas, (int Partition, int[] Brokers)[] Assignments, (string Name, string? Value)[] Configs);

    private sealed record Outcome(ErrorCode Error, string? Message, Guid Id, int Partitions, TopicConfig? Config);
}
