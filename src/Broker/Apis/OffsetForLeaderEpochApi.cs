using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Says where a leader epoch ended, so that a client notices that the log it read was cut off by a crash.</summary>
internal sealed class OffsetForLeaderEpochApi(TopicRegistry topics) : IPromptApi
{
    public ApiRange Range => new(ApiKey.OffsetForLeaderEpoch, 2, 4, FlexibleFrom: 4);

    public void Answer(WireReader request, WireWriter answer)
    {
        if (request.Since(3))
            request.ReadInt32();
        var asked = request.ReadTopics((ref part) => (Partition: part.ReadInt32(), CurrentEpoch: part.ReadInt32(), Epoch: part.ReadInt32()));
        request.SkipTags();

        answer.WriteThrottleTime();
        answer.WriteTopics(asked, (name, part) =>
        {
            var log = topics.FindLog(name, part.Partition);
            var error = LeaderEpochs.Check(log, part.CurrentEpoch);
            var end = error == ErrorCode.None ? log!.EndOffsetForEpoch(part.Epoch) : (Epoch: -1, EndOffset: -1);
            answer.WriteError(error);
            answer.WriteInt32(part.Partition);
            answer.WriteInt32(end.Epoch);
            answer.WriteInt64(end.EndOffset);
        });
    }
}
