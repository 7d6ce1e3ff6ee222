using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Changes single configs of a topic and leaves the others.</summary>
internal sealed class IncrementalAlterConfigsApi(TopicRegistry topics) : IApi
{
    private enum Operation : byte
    {
        Set = 0,
        Delete = 1,
        Append = 2,
        Subtract = 3,
    }

    public ApiRange Range => new(ApiKey.IncrementalAlterConfigs, 0, 1, FlexibleFrom: 1);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var reader = request.Reader();
        var changes = new ConfigChange[reader.ReadArrayLength()];
        for (var i = 0; i < changes.Length; i++)
        {
            var (type, name) = ((ResourceType)reader.ReadUInt8(), reader.ReadString());
            var steps = new Step[reader.ReadArrayLength()];
            for (var j = 0; j < steps.Length; j++)
            {
                steps[j] = new Step(reader.ReadString(), (Operation)reader.ReadUInt8(), reader.ReadNullableString());
                reader.SkipTags();
            }
            changes[i] = new ConfigChange(type, name, topic => Apply(topic, steps));
            reader.SkipTags();
        }
        var onlyCheck = reader.ReadBool();
        reader.SkipTags();

        ConfigChange.ApplyAll(changes, topics, onlyCheck, answer);
        return ValueTask.CompletedTask;
    }

    private static Dictionary<string, string> Apply(Topic topic, Step[] steps)
    {
        if (steps.DistinctBy(step => step.Name).Count() != steps.Length)
            throw new RefusedException(ErrorCode.InvalidRequest, "Error due to duplicate config keys");
        var values = new Dictionary<string, string>(topic.Config.Overrides, StringComparer.Ordinal);
        foreach (var step in steps)
            Apply(topic, step, values);
        return values;
    }

    private static void Apply(Topic topic, Step step, Dictionary<string, string> values)
    {
        if (step.Operation == Operation.Delete)
        {
            values.Remove(step.Name);
            return;
        }
        if (step.Value is null)
            throw new RefusedException(ErrorCode.InvalidRequest, $"Null value not supported for : {step.Name}");
        values[step.Name] = step.Operation switch
        {
            Operation.Set => step.Value,
            Operation.Append => string.Join(',', List(topic, step.Name).Union(ConfigDefinition.Items(step.Value))),
            Operation.Subtract => string.Join(',', List(topic, step.Name).Except(ConfigDefinition.Items(step.Value))),
            _ => throw new RefusedException(ErrorCode.InvalidRequest, $"Unknown config operation {(byte)step.Operation}."),
        };
    }

    private static IReadOnlyList<string> List(Topic topic, string name) => TopicConfigKeys.Find(name) switch
    {
        { Type: ConfigType.List } => ConfigDefinition.Items(topic.Config[name]),
        _ => throw new RefusedException(ErrorCode.InvalidConfig, $"Can't append or subtract: {name} is not a list config."),
    };

    private sealed record Step(string Name, Operation Operation, string? Value);
}
