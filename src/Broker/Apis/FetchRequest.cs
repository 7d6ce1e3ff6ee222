using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>A fetch as it was asked for, with the logs it names already looked up.</summary>
internal sealed record FetchRequest(
    int CorrelationId, TimeSpan MaxWait, int MinBytes, int MaxBytes, bool OnlyCommitted, int SessionEpoch, FetchRequest.TopicPart[] Topics)
{
    /// <summary>
    /// What an answer carries beyond the bytes that the client waits for, however much more it would take. Clients take an answer apart before
    /// they ask for the next: one that fits into the processor's cache, and into memory that was just freed, costs them a fifth to a third
    /// less, and a request for each mebibyte costs next to nothing.
    /// </summary>
    private const int AnswerBytes = 1024 * 1024;

    /// <summary>Kafka's fetch.max.bytes: the most that one answer carries, unless its first batch alone is larger.</summary>
    private const int MostBytes = 57_671_680;

    public IEnumerable<PartitionLog> Logs => Topics.SelectMany(topic => topic.Partitions).Select(part => part.Log).OfType<PartitionLog>();

    public static FetchRequest Read(ApiRequest request, TopicRegistry registry)
    {
        var reader = request.Reader();
        if (!reader.Since(15))
            reader.ReadInt32();
        var maxWait = TimeSpan.FromMilliseconds(reader.ReadInt32());
        var minBytes = reader.ReadInt32();
        var maxBytes = Math.Min(reader.ReadInt32(), Math.Clamp(minBytes, 0, MostBytes - AnswerBytes) + AnswerBytes);
        var onlyCommitted = reader.ReadInt8() == 1;
        var sessionEpoch = -1;
        if (reader.Since(7))
        {
            reader.ReadInt32();
            sessionEpoch = reader.ReadInt32();
        }
        var topics = reader.ReadArray((ref topic) => ReadTopic(ref topic, registry));
        if (reader.Since(7))
            reader.ReadArray(static (ref forgotten) => (ReadNameOrId(ref forgotten), forgotten.ReadInt32s()));
        if (reader.Since(11))
            reader.ReadString();
        reader.SkipTags();
        return new(request.CorrelationId, maxWait, minBytes, maxBytes, onlyCommitted, sessionEpoch, topics);
    }

    private static TopicPart ReadTopic(ref WireReader reader, TopicRegistry registry)
    {
        var (name, id) = ReadNameOrId(ref reader);
        var topic = name is null ? registry.Find(id) : registry.Find(name);
        var unknownId = topic is null && name is null;
        return new(name, id, reader.ReadArray((ref part) =>
        {
            var partition = part.ReadInt32();
            var epoch = part.Since(9) ? part.ReadInt32() : -1;
            var offset = part.ReadInt64();
            if (part.Since(12))
                part.ReadInt32();
            if (part.Since(5))
                part.ReadInt64();
            var log = topic?.Find(partition);
            return new PartitionPart(partition, offset, part.ReadInt32(), log, unknownId ? ErrorCode.UnknownTopicId : LeaderEpochs.Check(log, epoch));
        }));
    }

    private static (string? Name, Guid Id) ReadNameOrId(ref WireReader topic) =>
        topic.Since(13) ? (null, topic.ReadUuid()) : (topic.ReadString(), Guid.Empty);

    /// <summary>Asked for by name, since version 13 by id.</summary>
    internal readonly record struct TopicPart(string? Name, Guid Id, PartitionPart[] Partitions);

    /// <summary>What is wrong with the request alone is in <see cref="Error"/>.</summary>
    internal readonly record struct PartitionPart(int Partition, long Offset, int MaxBytes, PartitionLog? Log, ErrorCode Error);
}
