using System.Globalization;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>The configs of topics and the settings of the broker, each with its source.</summary>
internal sealed class DescribeConfigsApi(TopicRegistry topics, BrokerOptions options) : IPromptApi
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
