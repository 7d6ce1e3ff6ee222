using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Protocol;

/// <summary>What requests and answers of many APIs have in common.</summary>
internal static class WireExtensions
{
    /// <summary>A message quotes what the client sent, which alone can be as long as a string may be.</summary>
    private const int MaxMessageLength = 1000;

    public static TopicParts<T>[] ReadTopics<T>(this ref WireReader request, WireReader.Element<T> readPart) =>
        request.ReadArray((ref topic) => new TopicParts<T>(topic.ReadString(), topic.ReadArray(readPart)));

    public static void WriteError(this WireWriter answer, ErrorCode error) => answer.WriteInt16((short)error);

    public static void WriteMessage(this WireWriter answer, string? message) =>
        answer.WriteNullableString(message?.Length > MaxMessageLength ? message[..MaxMessageLength] : message);

    /// <summary>There are no quotas, so nobody is ever throttled.</summary>
    public static void WriteThrottleTime(this WireWriter answer) => answer.WriteInt32(0);

    /// <summary>What was asked for topic by topic, answered partition by partition in the same order.</summary>
    public static void WriteTopics<T>(this WireWriter answer, TopicParts<T>[] topics, Action<string, T> writePart)
    {
        answer.WriteArray(topics, topic =>
        {
            answer.WriteString(topic.Name);
            answer.WriteArray(topic.Parts, part => writePart(topic.Name, part));
        });
    }

    /// <summary>The list of brokers, which is always this one.</summary>
    public static void WriteBrokers(this WireWriter answer, BrokerAddress address, bool withRack)
    {
        answer.WriteLength(1);
        answer.WriteInt32(BrokerAddress.NodeId);
        answer.WriteString(address.Host);
        answer.WriteInt32(address.Port);
        if (withRack)
            answer.WriteNullableString(null);
        answer.WriteTags();
    }
}

/// <summary>A topic by name with something for each of some partitions: the shape that most requests about data and offsets have.</summary>
internal readonly record struct TopicParts<T>(string Name, T[] Parts);
