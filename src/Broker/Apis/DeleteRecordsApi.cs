using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Moves the start of partitions forward; what lies before it is gone for readers at once and from the disk later.</summary>
internal sealed class DeleteRecordsApi(TopicRegistry topics) : IApi
{
    public ApiRange Range => new(ApiKey.DeleteRecords, 0, 2, FlexibleFrom: 2);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var reader = request.Reader();
        var asked = new (string Topic, (int Partition, long Offset)[] Partitions)[reader.ReadArrayLength()];
        for (var i = 0; i < asked.Length; i++)
        {
            var name = reader.ReadString();
            var partitions = new (int, long)[reader.ReadArrayLength()];
            for (var j = 0; j < partitions.Length; j++)
            {
                partitions[j] = (reader.ReadInt32(), reader.ReadInt64());
                reader.SkipTags();
            }
            asked[i] = (name, partitions);
            reader.SkipTags();
        }
        reader.ReadInt32();
        reader.SkipTags();

        answer.WriteThrottleTime();
        answer.WriteArrayLength(asked.Length);
        foreach (var (name, partitions) in asked)
        {
            answer.WriteString(name);
            answer.WriteArrayLength(partitions.Length);
            foreach (var (partition, offset) in partitions)
            {
                var (error, start) = Delete(topics.Find(name)?.Find(partition), offset);
                answer.WriteInt32(partition);
                answer.WriteInt64(start);
                answer.WriteError(error);
                answer.WriteTags();
            }
            answer.WriteTags();
        }
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    private static (ErrorCode Error, long Start) Delete(PartitionLog? log, long offset)
    {
        if (log is null)
            return (ErrorCode.UnknownTopicOrPartition, -1);
        if (!log.Settings.Delete)
            return (ErrorCode.PolicyViolation, -1);
        var error = log.DeleteRecords(offset);
        return (error, error == ErrorCode.None ? log.StartOffset : -1);
    }
}
