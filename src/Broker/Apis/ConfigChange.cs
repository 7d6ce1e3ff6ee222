using System.Globalization;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>One resource of an alter request and what its configs shall become; both alter APIs answer alike.</summary>
internal sealed record ConfigChange(ResourceType Type, string Name, Func<Topic, IReadOnlyDictionary<string, string>> Change)
{
    public static void ApplyAll(ConfigChange[] changes, TopicRegistry topics, bool onlyCheck, WireWriter answer)
    {
        var distinct = changes.GroupBy(change => (change.Type, change.Name)).ToList();
        answer.WriteThrottleTime();
        answer.WriteArrayLength(distinct.Count);
        foreach (var same in distinct)
        {
            var (error, message) = same.Count() > 1
                ? (ErrorCode.InvalidRequest, "Each resource must appear at most once.")
                : same.First().Apply(topics, onlyCheck);
            answer.WriteError(error);
            answer.WriteMessage(message);
            answer.WriteUInt8((byte)same.Key.Type);
            answer.WriteString(same.Key.Name);
            answer.WriteTags();
        }
        answer.WriteTags();
    }

    private (ErrorCode Error, string? Message) Apply(TopicRegistry topics, bool onlyCheck)
    {
        try
        {
            if (Type != ResourceType.Topic)
            {
                throw new RefusedException(ErrorCode.InvalidRequest, Type == ResourceType.Broker
                    ? "The configs of this broker are set where it is started."
                    : $"Unsupported resource type {((byte)Type).ToString(CultureInfo.InvariantCulture)}.");
            }
            topics.Reconfigure(Name, Change, onlyCheck);
            return (ErrorCode.None, null);
        }
        catch (RefusedException refused)
        {
            return (refused.Error, refused.Message);
        }
    }
}
