using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Adds partitions to topics, or only checks that they could be added.</summary>
internal sealed class CreatePartitionsApi(TopicRegistry topics) : IPromptApi
{
    public ApiRange Range => new(ApiKey.CreatePartitions, 0, 3, FlexibleFrom: 2);

    public void Answer(WireReader request, WireWriter answer)
    {
        var wanted = request.ReadArray((ref topic) => new Wanted(
            topic.ReadString(), topic.ReadInt32(), topic.ReadNullableArray((ref partition) => partition.ReadInt32s())));
        request.ReadInt32();
        var onlyCheck = request.ReadBool();
        request.SkipTags();

        var outcomes = Refusals.TryEach(wanted, one => one.Topic, "Duplicate topic in request.", one => Grow(one, onlyCheck));
        answer.WriteThrottleTime();
        answer.WriteArray(outcomes, outcome =>
        {
            answer.WriteString(outcome.Item.Topic);
            answer.WriteError(outcome.Error);
            answer.WriteMessage(outcome.Message);
        });
    }

    private Topic Grow(Wanted wanted, bool onlyCheck)
    {
        var topic = topics.CheckGrowth(wanted.Topic, wanted.Count);
        if (wanted.Assignments is not null)
            CheckAssignments(topic.Partitions.Count, wanted.Count, wanted.Assignments);
        return onlyCheck ? topic : topics.Grow(wanted.Topic, wanted.Count);
    }

    private static void CheckAssignments(int existing, int wanted, int[][] assignments)
    {
        var added = wanted - existing;
        if (assignments.Length != added)
        {
            throw new RefusedException(ErrorCode.InvalidReplicaAssignment,
                $"Attempted to add {added} additional partition(s), but only {assignments.Length} assignment(s) were specified.");
        }
        for (var i = 0; i < added; i++)
            ReplicaAssignment.Check(existing + i, assignments[i]);
    }

    private sealed record Wanted(string Topic, int Count, int[][]? Assignments);
}
