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

    private const short ZstdSince = 7;

    private const short NoAnswer = 0;

    public ApiRange Range => new(ApiKey.Produce, 0, 11, FlexibleFrom: 9);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancellationToken)
    {
        if (request.Version < FirstServed)
            throw new MalformedRequestException($"Produce version {request.Version} carries record formats that are not served.");
        // All of the request before any of it is done: of one that is cut short nothing is appended.
        var reader = request.Reader();
        reader.ReadNullableString();
        var acks = reader.ReadInt16();
        reader.ReadInt32();
        var asked = reader.ReadTopics(static (ref part) => (Partition: part.ReadInt32(), Records: part.ReadNullableBytesRange()));
        reader.SkipTags();

        request.WantsNoAnswer = acks == NoAnswer;
        answer.WriteTopics(asked, (name, part) =>
        {
            var (start, length) = part.Records;
            var records = request.Body.Slice(start, Math.Max(length, 0));
            var result = request.Version < ZstdSince && new RecordBatch(records.Span) is { HasHeader: true, Codec: Codec.Zstd }
                ? AppendResult.Refused(ErrorCode.UnsupportedCompressionType, $"Zstd is for clients that know Produce {ZstdSince}.")
                : Append(topics.FindLog(name, part.Partition), records, acks);
            if (request.WantsNoAnswer && result.Error != ErrorCode.None)
                throw new MalformedRequestException($"A batch for {name}-{part.Partition} without acknowledgement was refused: {result.Error}.");
            answer.WriteInt32(part.Partition);
            WriteResult(answer, result);
        });
        answer.WriteThrottleTime();
        return ValueTask.CompletedTask;
    }

    private static AppendResult Append(PartitionLog? log, Memory<byte> records, short acks)
    {
        if (acks is not (-1 or 0 or 1))
            return new(ErrorCode.InvalidRequiredAcks, -1, -1, -1, $"Acks {acks} is neither -1, 0 nor 1.");
        return log?.Append(records) ?? new(ErrorCode.UnknownTopicOrPartition, -1, -1, -1);
    }

    private static void WriteResult(WireWriter answer, AppendResult result)
    {
        answer.WriteError(result.Error);
        answer.WriteInt64(result.BaseOffset);
        answer.WriteInt64(result.LogAppendTime);
        answer.Since(5)?.WriteInt64(result.LogStartOffset);
        answer.Since(8)?.WriteLength(result.BadRecord < 0 ? 0 : 1);
        if (result.BadRecord >= 0 && answer.Since(8) is not null)
        {
            answer.WriteInt32(result.BadRecord);
            answer.WriteMessage(result.Message);
            answer.WriteTags();
        }
        answer.Since(8)?.WriteMessage(result.Message);
    }
}

/// <summary>
/// Hands out ids to idempotent producers. Transactions are not served, so a transactional id is refused
/// with the one error that every client takes as final; others it would try again for ever.
/// </summary>
internal sealed class InitProducerIdApi(ProducerIds producerIds) : ISynchronousApi
{
    public ApiRange Range => new(ApiKey.InitProducerId, 0, 4, FlexibleFrom: 2);

    public void Answer(WireReader request, WireWriter answer)
    {
        var transactionalId = request.ReadNullableString();
        request.ReadInt32();
        if (request.Since(3))
        {
            // An idempotent producer that asks again after a loss gets a fresh id, whatever it had.
            request.ReadInt64();
            request.ReadInt16();
        }
        request.SkipTags();

        var served = transactionalId is null;
        answer.WriteThrottleTime();
        answer.WriteError(served ? ErrorCode.None : ErrorCode.TransactionalIdAuthorizationFailed);
        answer.WriteInt64(served ? producerIds.Next() : -1);
        answer.WriteInt16((short)(served ? 0 : -1));
    }
}
