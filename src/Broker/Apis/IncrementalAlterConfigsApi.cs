using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Changes single configs of a topic and leaves the others.</summary>
internal sealed class IncrementalAlterConfigsApi(TopicRegistry topics) : IPromptApi
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
