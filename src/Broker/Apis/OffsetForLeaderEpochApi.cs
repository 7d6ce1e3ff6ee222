using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Says where a leader epoch ended, so that a client notices that the log it read was cut off by a crash.</summary>
internal sealed class OffsetForLeaderEpochApi(TopicRegistry topics) : IApi
{
    public ApiRange Range => new(ApiKey.OffsetForLeaderEpoch, 2, 4, FlexibleFrom: 4);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var reader = request.Reader();
        if (request.Version >= 3)
            reader.ReadInt32();
        var topicCount = reader.ReadArrayLength();
        answer.WriteThrottleTime();
        answer.WriteArrayLength(topicCount);
        for (var i = 0; i < topicCount; i++)
        {
            var name = reader.ReadString();
            var topic = topics.Find(name);
            var partitionCount = reader.ReadArrayLength();
            answer.WriteString(name);
            answer.WriteArrayLength(partitionCount);
            for (var j = 0; j < partitionCount; j++)
            {
                var (partition, currentEpoch, epoch) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
                reader.SkipTags();
                var log = topic?.Find(partition);
                var error = LeaderEpochs.Check(log, currentEpoch);
                var end = error == ErrorCode.None ? log!.EndOffsetForEpoch(epoch) : (Epoch: -1, EndOffset: -1);
                answer.WriteError(error);
                answer.WriteInt32(partition);
                answer.WriteInt32(end.Epoch);
                answer.WriteInt64(end.EndOffset);
                answer.WriteTags();
            }
            reader.SkipTags();
            answer.WriteTags();
        }
        reader.SkipTags();
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }
}
