using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>A fetch as it was asked for, with the logs it names already looked up.</summary>
internal sealed class FetchRequest
{
    /// <summary>
    /// What an answer carries beyond the bytes that the client waits for, however much more it would take. Clients take an answer apart before
    /// they ask for the next: one that fits into the processor's cache, and into memory that was just freed, costs them a fifth to a third
    /// less, and a request for each mebibyte costs next to nothing.
    /// </summary>
    private const int AnswerBytes = 1024 * 1024;

    /// <summary>Kafka's fetch.max.bytes: the most that one answer carries, unless its first batch alone is larger.</summary>
    private const int MostBytes = 57_671_680;

    private FetchRequest(List<TopicPart> topics) => Topics = topics;

    public int CorrelationId { get; private init; }

    public TimeSpan MaxWait { get; private init; }

    public int MinBytes { get; private init; }

    public int MaxBytes { get; private init; }

    public bool OnlyCommitted { get; private init; }

    public int SessionEpoch { get; private init; }

    public IReadOnlyList<TopicPart> Topics { get; }

    public int PartitionCount => Topics.Sum(topic => topic.Partitions.Length);

    public IEnumerable<PartitionLog> Logs => Topics.SelectMany(topic => topic.Partitions).Select(part => part.Log).OfType<PartitionLog>();

    public static FetchRequest Read(ApiRequest request, TopicRegistry registry)
    {
        var version = request.Version;
        var reader = request.Reader();
        if (version < 15)
            reader.ReadInt32();
        var maxWait = TimeSpan.FromMilliseconds(reader.ReadInt32());
        var minBytes = reader.ReadInt32();
        var maxBytes = Math.Min(reader.ReadInt32(), Math.Clamp(minBytes, 0, MostBytes - AnswerBytes) + AnswerBytes);
        var onlyCommitted = reader.ReadInt8() == 1;
        var sessionEpoch = -1;
        if (version >= 7)
        {
            reader.ReadInt32();
            sessionEpoch = reader.ReadInt32();
        }
        var topics = new List<TopicPart>();
        for (var left = reader.ReadArrayLength(); left > 0; left--)
            topics.Add(ReadTopic(ref reader, version, registry));
        if (version >= 7)
            SkipForgotten(ref reader, version);
        if (version >= 11)
            reader.ReadString();
        reader.SkipTags();
        return new FetchRequest(topics)
        {
            CorrelationId = request.CorrelationId, MaxWait = maxWait, MinBytes = minBytes, MaxBytes = maxBytes, OnlyCommitted = onlyCommitted,
            SessionEpoch = sessionEpoch,
        };
    }

    private static TopicPart ReadTopic(ref WireReader reader, short version, TopicRegistry registry)
    {
        var id = version >= 13 ? reader.ReadUuid() : Guid.Empty;
        var name = version < 13 ? reader.ReadString() : string.Empty;
        var topic = version >= 13 ? registry.Find(id) : registry.Find(name);
        var parts = new PartitionPart[reader.ReadArrayLength()];
        for (var i = 0; i < parts.Length; i++)
        {
            var partition = reader.ReadInt32();
            var epoch = version >= 9 ? reader.ReadInt32() : -1;
            var offset = reader.ReadInt64();
            if (version >= 12)
                reader.ReadInt32();
            if (version >= 5)
                reader.ReadInt64();
            var maxBytes = reader.ReadInt32();
            reader.SkipTags();
            var error = topic is null && version >= 13 ? ErrorCode.UnknownTopicId : LeaderEpochs.Check(topic?.Find(partition), epoch);
            parts[i] = new PartitionPart(partition, offset, maxBytes, topic?.Find(partition), error);
        }
        reader.SkipTags();
        return new TopicPart(name, id, parts);
    }

    private static void SkipForgotten(ref WireReader reader, short version)
    {
        for (var left = reader.ReadArrayLength(); left > 0; left--)
        {
            if (version >= 13)
                reader.ReadUuid();
            else
                reader.ReadString();
            reader.ReadInt32s();
            reader.SkipTags();
        }
    }

    internal sealed record TopicPart(string Name, Guid Id, PartitionPart[] Partitions);

    /// <summary>What is wrong with the request alone is in <see cref="Error"/>.</summary>
    internal readonly record struct PartitionPart(int Partition, long Offset, int MaxBytes, PartitionLog? Log, ErrorCode Error);
}
