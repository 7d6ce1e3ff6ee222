using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Replaces the whole set of a topic's configs by the one given.</summary>
internal sealed class AlterConfigsApi(TopicRegistry topics) : IPromptApi
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
