using System.Globalization;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>The configs of topics and the settings of the broker, each with its source.</summary>
internal sealed class DescribeConfigsApi(TopicRegistry topics, BrokerConfigs brokerConfigs) : IApi
{
    public ApiRange Range => new(ApiKey.DescribeConfigs, 1, 4, FlexibleFrom: 4);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var version = request.Version;
        var reader = request.Reader();
        var asked = new (ResourceType Type, string Name, string[]? Keys)[reader.ReadArrayLength()];
        for (var i = 0; i < asked.Length; i++)
        {
            asked[i] = ((ResourceType)reader.ReadUInt8(), reader.ReadString(), ReadKeys(ref reader));
            reader.SkipTags();
        }
        var withSynonyms = reader.ReadBool();
        if (version >= 3)
            reader.ReadBool();
        reader.SkipTags();

        answer.WriteThrottleTime();
        answer.WriteArrayLength(asked.Length);
        foreach (var (type, name, keys) in asked)
        {
            var (entries, error, message) = Describe(type, name);
            answer.WriteError(error);
            answer.WriteMessage(message);
            answer.WriteUInt8((byte)type);
            answer.WriteString(name);
            var wanted = entries.Where(entry => keys is null or [] || keys.Contains(entry.Name)).ToList();
            answer.WriteArrayLength(wanted.Count);
            foreach (var entry in wanted)
                WriteEntry(answer, version, entry, withSynonyms);
            answer.WriteTags();
        }
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    private static string[]? ReadKeys(ref WireReader reader)
    {
        var count = reader.ReadNullableArrayLength();
        if (count < 0)
            return null;
        var keys = new string[count];
        for (var i = 0; i < count; i++)
            keys[i] = reader.ReadString();
        return keys;
    }

    private (IEnumerable<Entry> Entries, ErrorCode Error, string? Message) Describe(ResourceType type, string name) => type switch
    {
        ResourceType.Topic when topics.Find(name) is { } topic =>
            (TopicConfigKeys.All.Select(definition => Describe(topic, definition)), ErrorCode.None, null),
        ResourceType.Topic => ([], ErrorCode.UnknownTopicOrPartition, $"The topic '{name}' does not exist."),
        ResourceType.Broker when name.Length == 0 => ([], ErrorCode.None, null),
        ResourceType.Broker when name == BrokerAddress.NodeId.ToString(CultureInfo.InvariantCulture) =>
            (brokerConfigs.All.Select(Describe), ErrorCode.None, null),
        ResourceType.Broker => ([], ErrorCode.InvalidRequest, $"Unexpected broker id, expected {BrokerAddress.NodeId}, but received {name}"),
        _ => ([], ErrorCode.InvalidRequest, $"Unsupported resource type {(byte)type}."),
    };

    private static Entry Describe((string Name, string Value, ConfigType Type) config) =>
        new(config.Name, config.Value, config.Type, ConfigSource.StaticBroker, ReadOnly: true);

    private static Entry Describe(Topic topic, ConfigDefinition definition) =>
        topic.Config.Overrides.TryGetValue(definition.Name, out var value)
            ? new Entry(definition.Name, value, definition.Type, ConfigSource.Topic, ReadOnly: false, definition.Default)
            : new Entry(definition.Name, definition.Default, definition.Type, ConfigSource.Default, ReadOnly: false);

    private static void WriteEntry(WireWriter answer, short version, Entry entry, bool withSynonyms)
    {
        answer.WriteString(entry.Name);
        answer.WriteNullableString(entry.Value);
        answer.WriteBool(entry.ReadOnly);
        answer.WriteUInt8((byte)entry.Source);
        answer.WriteBool(false);
        WriteSynonyms(answer, entry, withSynonyms);
        if (version >= 3)
        {
            answer.WriteUInt8((byte)entry.Type);
            answer.WriteNullableString(null);
        }
        answer.WriteTags();
    }

    /// <summary>Where the value comes from first, and what would be in force without it.</summary>
    private static void WriteSynonyms(WireWriter answer, Entry entry, bool wanted)
    {
        var hidden = entry.HiddenDefault is null ? 0 : 1;
        answer.WriteArrayLength(wanted ? 1 + hidden : 0);
        if (!wanted)
            return;
        WriteSynonym(answer, entry.Name, entry.Value, entry.Source);
        if (entry.HiddenDefault is not null)
            WriteSynonym(answer, entry.Name, entry.HiddenDefault, ConfigSource.Default);
    }

    private static void WriteSynonym(WireWriter answer, string name, string value, ConfigSource source)
    {
        answer.WriteString(name);
        answer.WriteNullableString(value);
        answer.WriteUInt8((byte)source);
        answer.WriteTags();
    }

    private sealed record Entry(string Name, string Value, ConfigType Type, ConfigSource Source, bool ReadOnly, string? HiddenDefault = null);
}
