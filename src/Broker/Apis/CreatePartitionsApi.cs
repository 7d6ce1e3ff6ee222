using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Adds partitions to topics, or only checks that they could be added.</summary>
internal sealed class CreatePartitionsApi(TopicRegistry topics) : IApi
{
    public ApiRange Range => new(ApiKey.CreatePartitions, 0, 3, FlexibleFrom: 2);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var reader = request.Reader();
        var wanted = new Wanted[reader.ReadArrayLength()];
        for (var i = 0; i < wanted.Length; i++)
        {
            wanted[i] = new Wanted(reader.ReadString(), reader.ReadInt32(), ReadAssignments(ref reader));
            reader.SkipTags();
        }
        reader.ReadInt32();
        var onlyCheck = reader.ReadBool();
        reader.SkipTags();

        answer.WriteThrottleTime();
        var distinct = wanted.GroupBy(one => one.Topic).ToList();
        answer.WriteArrayLength(distinct.Count);
        foreach (var same in distinct)
        {
            var (error, message) = Grow(same.First(), same.Count() > 1, onlyCheck);
            answer.WriteString(same.Key);
            answer.WriteError(error);
            answer.WriteMessage(message);
            answer.WriteTags();
        }
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    private static int[][]? ReadAssignments(ref WireReader reader)
    {
        var count = reader.ReadNullableArrayLength();
        if (count < 0)
            return null;
        var assignments = new int[count][];
        for (var i = 0; i < count; i++)
        {
            assignments[i] = reader.ReadInt32s();
            reader.SkipTags();
        }
        return assignments;
    }

    private (ErrorCode Error, string? Message) Grow(Wanted wanted, bool twice, bool onlyCheck)
    {
        try
        {
            if (twice)
                throw new RefusedException(ErrorCode.InvalidRequest, "Duplicate topic in request.");
            var topic = topics.CheckGrowth(wanted.Topic, wanted.Count);
            CheckAssignments(topic.Partitions.Count, wanted);
            if (!onlyCheck)
                topics.Grow(wanted.Topic, wanted.Count);
            return (ErrorCode.None, null);
        }
        catch (RefusedException refused)
        {
            return (refused.Error, refused.Message);
        }
    }

    private static void CheckAssignments(int existing, Wanted wanted)
    {
        if (wanted.Assignments is null)
            return;
        var added = wanted.Count - existing;
        if (wanted.Assignments.Length != added)
        {
            throw new RefusedException(ErrorCode.InvalidReplicaAssignment,
                $"Attempted to add {added} additional partition(s), but only {wanted.Assignments.Length} assignment(s) were specified.");
        }
        for (var i = 0; i < added; i++)
            ReplicaAssignment.Check(existing + i, wanted.Assignments[i]);
    }

    private sealed record Wanted(string Topic, int Count, int[][]? Assignments);
}
