using System.Globalization;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>The configs of topics and the settings of the broker, each with its source.</summary>
internal sealed class DescribeConfigsApi(TopicRegistry topics, BrokerOptions options) : ISynchronousApi
{
    public ApiRange Range => new(ApiKey.DescribeConfigs, 1, 4, FlexibleFrom: 4);

    public void Answer(WireReader request, WireWriter answer)
    {
        var asked = request.ReadArray((ref resource) => (
            Type: (ResourceType)resource.ReadUInt8(), Name: resource.ReadString(), Keys: resource.ReadNullableStrings()));
        var withSynonyms = request.ReadBool();
        if (request.Since(3))
            request.ReadBool();
        request.SkipTags();

        answer.WriteThrottleTime();
        answer.WriteArray(asked, resource =>
        {
            var (entries, error, message) = Refusals.Try(() => Describe(resource.Type, resource.Name));
            answer.WriteError(error);
            answer.WriteMessage(message);
            answer.WriteUInt8((byte)resource.Type);
            answer.WriteString(resource.Name);
            var wanted = (entries ?? []).Where(entry => resource.Keys is null or [] || resource.Keys.Contains(entry.Name));
            answer.WriteArray([.. wanted], entry => WriteEntry(answer, entry, withSynonyms));
        });
    }

    private IEnumerable<Entry> Describe(ResourceType type, string name) => type switch
    {
        ResourceType.Topic when topics.Find(name) is { } topic => KnownConfigs.All.Select(definition => new Entry(
            definition.Name, topic.Config[definition.Name], definition.Type, topic.Config.SourceOf(definition.Name), definition.Default)),
        ResourceType.Topic => throw new RefusedException(ErrorCode.UnknownTopicOrPartition, $"The topic '{name}' does not exist."),
        ResourceType.Broker when name.Length == 0 => [],
        ResourceType.Broker when name == BrokerAddress.NodeId.ToString(CultureInfo.InvariantCulture) =>
            BrokerConfigs.Of(options).Select(config => new Entry(config.Name, config.Value, config.Type, ConfigSource.StaticBroker, null)),
        ResourceType.Broker => throw new RefusedException(
            ErrorCode.InvalidRequest, $"Unexpected broker id, expected {BrokerAddress.NodeId}, but received {name}"),
        _ => throw new RefusedException(ErrorCode.InvalidRequest, $"Unsupported resource type {(byte)type}."),
    };

    private static void WriteEntry(WireWriter answer, Entry entry, bool withSynonyms)
    {
        // Where the value comes from first, and what would be in force without it.
        (string Value, ConfigSource Source)[] synonyms = !withSynonyms ? []
            : entry.Source == ConfigSource.Topic ? [(entry.Value, entry.Source), (entry.Default!, ConfigSource.Default)]
            : [(entry.Value, entry.Source)];
        answer.WriteString(entry.Name);
        answer.WriteNullableString(entry.Value);
        answer.WriteBool(entry.Source == ConfigSource.StaticBroker);
        answer.WriteUInt8((byte)entry.Source);
        answer.WriteBool(false);
        answer.WriteArray(synonyms, synonym =>
        {
            answer.WriteString(entry.Name);
            answer.WriteNullableString(synonym.Value);
            answer.WriteUInt8((byte)synonym.Source);
        });
        answer.Since(3)?.WriteUInt8((byte)entry.Type);
        answer.Since(3)?.WriteNullableString(null);
    }

    private sealed record Entry(string Name, string Value, ConfigType Type, ConfigSource Source, string? Default);
}

/// <summary>Replaces the whole set of a topic's configs by the one given.</summary>
internal sealed class AlterConfigsApi(TopicRegistry topics) : ISynchronousApi
{
    public ApiRange Range => new(ApiKey.AlterConfigs, 0, 2, FlexibleFrom: 2);

    public void Answer(WireReader request, WireWriter answer)
    {
        var changes = request.ReadArray((ref resource) =>
        {
            var (type, name) = ((ResourceType)resource.ReadUInt8(), resource.ReadString());
            var entries = ConfigEntries.Read(ref resource);
            return new ConfigChange(type, name, _ => ConfigEntries.ToDictionary(entries));
        });
        var onlyCheck = request.ReadBool();
        request.SkipTags();

        ConfigChange.ApplyAll(changes, topics, onlyCheck, answer);
    }
}

/// <summary>Changes single configs of a topic and leaves the others.</summary>
internal sealed class IncrementalAlterConfigsApi(TopicRegistry topics) : ISynchronousApi
{
    private enum Operation : byte
    {
        Set = 0,
        Delete = 1,
        Append = 2,
        Subtract = 3,
    }

    public ApiRange Range => new(ApiKey.IncrementalAlterConfigs, 0, 1, FlexibleFrom: 1);

    public void Answer(WireReader request, WireWriter answer)
    {
        var changes = request.ReadArray((ref resource) =>
        {
            var (type, name) = ((ResourceType)resource.ReadUInt8(), resource.ReadString());
            var steps = resource.ReadArray((ref step) =>
                new Step(step.ReadString(), (Operation)step.ReadUInt8(), step.ReadNullableString()));
            return new ConfigChange(type, name, topic => Apply(topic, steps));
        });
        var onlyCheck = request.ReadBool();
        request.SkipTags();

        ConfigChange.ApplyAll(changes, topics, onlyCheck, answer);
    }

    private static Dictionary<string, string> Apply(Topic topic, Step[] steps)
    {
        if (steps.DistinctBy(step => step.Name).Count() != steps.Length)
            throw new RefusedException(ErrorCode.InvalidRequest, "Error due to duplicate config keys");
        var values = new Dictionary<string, string>(topic.Config.Overrides, StringComparer.Ordinal);
        foreach (var (name, operation, value) in steps)
        {
            if (operation == Operation.Delete)
                values.Remove(name);
            else if (value is null)
                throw new RefusedException(ErrorCode.InvalidRequest, $"Null value not supported for : {name}");
            else
                values[name] = Apply(topic, name, operation, value);
        }
        return values;
    }

    private static string Apply(Topic topic, string name, Operation operation, string value) => operation switch
    {
        Operation.Set => value,
        Operation.Append => string.Join(',', List(topic, name).Union(ConfigDefinition.Items(value))),
        Operation.Subtract => string.Join(',', List(topic, name).Except(ConfigDefinition.Items(value))),
        _ => throw new RefusedException(ErrorCode.InvalidRequest, $"Unknown config operation {(byte)operation}."),
    };

    private static IReadOnlyList<string> List(Topic topic, string name) => KnownConfigs.Find(name) is { Type: ConfigType.List }
        ? ConfigDefinition.Items(topic.Config[name])
        : throw new RefusedException(ErrorCode.InvalidConfig, $"Can't append or subtract: {name} is not a list config.");

    private sealed record Step(string Name, Operation Operation, string? Value);
}

/// <summary>The list of names and values in which CreateTopics and AlterConfigs carry configs.</summary>
internal static class ConfigEntries
{
    public static (string Name, string? Value)[] Read(ref WireReader reader) =>
        reader.ReadArray((ref entry) => (entry.ReadString(), entry.ReadNullableString()));

    public static Dictionary<string, string> ToDictionary((string Name, string? Value)[] entries)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in entries)
        {
            if (value is null)
                throw new RefusedException(ErrorCode.InvalidConfig, $"Null value not supported for topic configs: {name}");
            if (!values.TryAdd(name, value))
                throw new RefusedException(ErrorCode.InvalidRequest, $"The config {name} is given twice.");
        }
        return values;
    }
}

/// <summary>One resource of an alter request and what its configs shall become; both alter APIs answer alike.</summary>
internal sealed record ConfigChange(ResourceType Type, string Name, Func<Topic, IReadOnlyDictionary<string, string>> Change)
{
    public static void ApplyAll(ConfigChange[] changes, TopicRegistry topics, bool onlyCheck, WireWriter answer)
    {
        var outcomes = Refusals.TryEach(
            changes, change => (change.Type, change.Name), "Each resource must appear at most once.", change => change.Apply(topics, onlyCheck));
        answer.WriteThrottleTime();
        answer.WriteArray(outcomes, outcome =>
        {
            answer.WriteError(outcome.Error);
            answer.WriteMessage(outcome.Message);
            answer.WriteUInt8((byte)outcome.Item.Type);
            answer.WriteString(outcome.Item.Name);
        });
    }

    private Topic Apply(TopicRegistry topics, bool onlyCheck) => Type switch
    {
        ResourceType.Topic => topics.Reconfigure(Name, Change, onlyCheck),
        ResourceType.Broker => throw new RefusedException(
            ErrorCode.InvalidRequest, "The configs of this broker are set where it is started."),
        _ => throw new RefusedException(ErrorCode.InvalidRequest, $"Unsupported resource type {(byte)Type}."),
    };
}
