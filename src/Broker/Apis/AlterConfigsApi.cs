using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Replaces the whole set of a topic's configs by the one given.</summary>
internal sealed class AlterConfigsApi(TopicRegistry topics) : IApi
{
    public ApiRange Range => new(ApiKey.AlterConfigs, 0, 2, FlexibleFrom: 2);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var reader = request.Reader();
        var changes = new ConfigChange[reader.ReadArrayLength()];
        for (var i = 0; i < changes.Length; i++)
        {
            var (type, name) = ((ResourceType)reader.ReadUInt8(), reader.ReadString());
            var entries = ConfigEntries.Read(ref reader);
            changes[i] = new ConfigChange(type, name, _ => ConfigEntries.ToDictionary(entries));
            reader.SkipTags();
        }
        var onlyCheck = reader.ReadBool();
        reader.SkipTags();

        ConfigChange.ApplyAll(changes, topics, onlyCheck, answer);
        return ValueTask.CompletedTask;
    }
}
