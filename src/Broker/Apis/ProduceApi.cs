using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>
/// Appends record batches. Versions 0 to 2 are advertised, because old clients compress only for a broker that lists them,
/// and close the connection when they really come, as in Apache Kafka.
/// </summary>
internal sealed class ProduceApi(TopicRegistry topics) : IApi
{
    private const short FirstServed = 3;

    private const short NoAnswer = 0;

    public ApiRange Range => new(ApiKey.Produce, 0, 11, FlexibleFrom: 9);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        if (request.Version < FirstServed)
            throw new MalformedRequestException($"Produce version {request.Version} carries record formats that are not served.");
        var parts = Decode(request, out var acks);
        request.WantsNoAnswer = acks == NoAnswer;
        answer.WriteArrayLength(parts.Length);
        foreach (var (name, partitions) in parts)
        {
            var topic = topics.Find(name);
            answer.WriteString(name);
            answer.WriteArrayLength(partitions.Length);
            foreach (var (partition, records) in partitions)
            {
                var result = acks is -1 or 0 or 1
                    ? Append(topic?.Find(partition), records)
                    : Refuse(ErrorCode.InvalidRequiredAcks, $"Acks {acks} is neither -1, 0 nor 1.");
                if (request.WantsNoAnswer && result.Error != ErrorCode.None)
                    throw new MalformedRequestException($"A batch for {name}-{partition} without acknowledgement was refused: {result.Error}.");
                WritePartition(answer, request.Version, partition, result);
            }
            answer.WriteTags();
        }
        answer.WriteThrottleTime();
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    /// <summary>All of the request before any of it is done: of one that is cut short nothing is appended.</summary>
    private static TopicPart[] Decode(ApiRequest request, out short acks)
    {
        var reader = request.Reader();
        reader.ReadNullableString();
        acks = reader.ReadInt16();
        reader.ReadInt32();
        var topics = new TopicPart[reader.ReadArrayLength()];
        for (var i = 0; i < topics.Length; i++)
        {
            var name = reader.ReadString();
            var partitions = new PartitionPart[reader.ReadArrayLength()];
            for (var j = 0; j < partitions.Length; j++)
            {
                var partition = reader.ReadInt32();
                var (start, length) = reader.ReadNullableBytesRange();
                reader.SkipTags();
                partitions[j] = new PartitionPart(partition, request.Body.Slice(start, Math.Max(length, 0)));
            }
            reader.SkipTags();
            topics[i] = new TopicPart(name, partitions);
        }
        reader.SkipTags();
        return topics;
    }

    private static AppendResult Append(PartitionLog? log, Memory<byte> records) =>
        log is null ? Refuse(ErrorCode.UnknownTopicOrPartition, null) : log.Append(records);

    private static AppendResult Refuse(ErrorCode error, string? message) => new(error, -1, -1, -1, message);

    private static void WritePartition(WireWriter answer, short version, int partition, AppendResult result)
    {
        answer.WriteInt32(partition);
        answer.WriteError(result.Error);
        answer.WriteInt64(result.BaseOffset);
        answer.WriteInt64(result.LogAppendTime);
        if (version >= 5)
            answer.WriteInt64(result.LogStartOffset);
        if (version >= 8)
        {
            WriteBadRecord(answer, result);
            answer.WriteMessage(result.Message);
        }
        answer.WriteTags();
    }

    private static void WriteBadRecord(WireWriter answer, AppendResult result)
    {
        answer.WriteArrayLength(result.BadRecord < 0 ? 0 : 1);
        if (result.BadRecord < 0)
            return;
        answer.WriteInt32(result.BadRecord);
        answer.WriteMessage(result.Message);
        answer.WriteTags();
    }

    private readonly record struct TopicPart(string Name, PartitionPart[] Partitions);

    private readonly record struct PartitionPart(int Partition, Memory<byte> Records);
}
