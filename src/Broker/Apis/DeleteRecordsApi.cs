using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Moves the start of partitions forward; what lies before it is gone for readers at once and from the disk later.</summary>
internal sealed class DeleteRecordsApi(TopicRegistry topics) : IPromptApi
{
    public ApiRange Range => new(ApiKey.DeleteRecords, 0, 2, FlexibleFrom: 2);

    public void Answer(WireReader request, WireWriter answer)
    {
        var asked = request.ReadTopics((ref part) => (Partition: part.ReadInt32(), Offset: part.ReadInt64()));
        request.ReadInt32();
        request.SkipTags();

        answer.WriteThrottleTime();
        answer.WriteTopics(asked, (name, part) =>
        {
            var log = topics.FindLog(name, part.Partition);
            var error = Delete(log, part.Offset);
            answer.WriteInt32(part.Partition);
            answer.WriteInt64(error == ErrorCode.None ? log!.StartOffset : -1);
            answer.WriteError(error);
        });
    }

    private static ErrorCode Delete(PartitionLog? log, long offset) => log switch
    {
        null => ErrorCode.UnknownTopicOrPartition,
        { Settings.Delete: false } => ErrorCode.PolicyViolation,
        _ => log.DeleteRecords(offset),
    };
}
