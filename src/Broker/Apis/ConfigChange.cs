using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

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
