using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Finds offsets: the first, the next, that of the largest timestamp, and the first at or after a time.</summary>
internal sealed class ListOffsetsApi(TopicRegistry topics) : IApi
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long LargestTimestamp = -3;
    private const long EarliestLocal = -4;
    private const long LatestTiered = -5;

    private static readonly TimedOffset NotFound = new(-1, -1, -1);

    public ApiRange Range => new(ApiKey.ListOffsets, 1, 9, FlexibleFrom: 6);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var version = request.Version;
        var reader = request.Reader();
        reader.ReadInt32();
        if (version >= 2)
            reader.ReadInt8();
        var asked = new (string Topic, Question[] Questions)[reader.ReadArrayLength()];
        for (var i = 0; i < asked.Length; i++)
        {
            asked[i] = (reader.ReadString(), ReadQuestions(ref reader, version));
            reader.SkipTags();
        }
        reader.SkipTags();

        var twice = asked.SelectMany(topic => topic.Questions.Select(question => (topic.Topic, question.Partition)))
            .CountBy(partition => partition).Where(count => count.Value > 1).Select(count => count.Key).ToHashSet();
        if (version >= 2)
            answer.WriteThrottleTime();
        answer.WriteArrayLength(asked.Length);
        foreach (var (name, questions) in asked)
        {
            answer.WriteString(name);
            answer.WriteArrayLength(questions.Length);
            foreach (var question in questions)
            {
                var (error, found) = twice.Contains((name, question.Partition))
                    ? (ErrorCode.InvalidRequest, NotFound)
                    : Find(topics.Find(name)?.Find(question.Partition), question, version);
                answer.WriteInt32(question.Partition);
                answer.WriteError(error);
                answer.WriteInt64(found.Timestamp);
                answer.WriteInt64(found.Offset);
                if (version >= 4)
                    answer.WriteInt32(found.LeaderEpoch);
                answer.WriteTags();
            }
            answer.WriteTags();
        }
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    private static Question[] ReadQuestions(ref WireReader reader, short version)
    {
        var questions = new Question[reader.ReadArrayLength()];
        for (var i = 0; i < questions.Length; i++)
        {
            questions[i] = new Question(reader.ReadInt32(), version >= 4 ? reader.ReadInt32() : -1, reader.ReadInt64());
            reader.SkipTags();
        }
        return questions;
    }

    private static (ErrorCode Error, TimedOffset Found) Find(PartitionLog? log, Question question, short version)
    {
        var error = LeaderEpochs.Check(log, question.LeaderEpoch);
        if (error != ErrorCode.None)
            return (error, NotFound);
        if (question.Timestamp < 0 && version < FirstVersionOf(question.Timestamp))
            return (ErrorCode.UnsupportedVersion, NotFound);
        try
        {
            return (ErrorCode.None, question.Timestamp switch
            {
                Latest => new(log!.EndOffset, -1, log.LeaderEpoch),
                Earliest or EarliestLocal => new(log!.StartOffset, -1, log.EpochAt(log.StartOffset)),
                LatestTiered => NotFound,
                LargestTimestamp => log!.FindLatest() ?? NotFound,
                _ => log!.FindByTime(question.Timestamp) ?? NotFound,
            });
        }
        catch (IOException)
        {
            return (ErrorCode.KafkaStorageError, NotFound);
        }
    }

    /// <summary>Special times came with later versions; a client that uses one in an older version, or one nobody knows, is told so.</summary>
    private static short FirstVersionOf(long timestamp) => timestamp switch
    {
        Latest or Earliest => 0,
        LargestTimestamp => 7,
        EarliestLocal => 8,
        LatestTiered => 9,
        _ => short.MaxValue,
    };

    private readonly record struct Question(int Partition, int LeaderEpoch, long Timestamp);
}
