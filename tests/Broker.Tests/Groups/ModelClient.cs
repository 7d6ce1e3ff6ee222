using System.Text;
using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.BrokerTests.Groups;

/// <summary>A consumer as the protocol knows it, one step at a time: joins, assigns when it leads, fetches, beats, starts over when told
/// to.</summary>
internal sealed class ModelClient(GroupBench bench, string? instance, bool mustKnowId, int partitions)
{
    private string memberId = "";
    private Task<JoinAnswer>? joining;
    private Task<SyncAnswer>? syncing;
    private JoinAnswer? joined;

    public string? Instance => instance;

    public string MemberId => memberId;

    /// <summary>The generation this client works in; null while it has no assignment.</summary>
    public int? Generation { get; private set; }

    public int[] Owned { get; private set; } = [];

    /// <summary>The last generation that gave it an assignment.</summary>
    public int HighestGeneration { get; private set; }

    public bool IsFenced { get; private set; }

    /// <summary>The process dies and comes back at once: it remembers nothing but its instance id.</summary>
    public void Restart()
    {
        (memberId, joining, syncing, joined) = ("", null, null, null);
        Drop();
    }

    public void Leave()
    {
        if (memberId.Length > 0)
            bench.Leave(memberId, instance);
        Restart();
    }

    /// <summary>What the client would do next by itself.</summary>
    public void Step()
    {
        if (IsFenced)
            return;
        if (joining is { IsCompleted: true })
            TakeJoin(joining.Result);
        else if (syncing is { IsCompleted: true })
            TakeSync(syncing.Result);
        else if (joining is null && syncing is null && Generation is null)
            Join();
        else if (Generation is not null)
            Beat();
    }

    private void Join()
    {
        Drop();
        joining = bench.Groups.JoinAsync(GroupBench.Request(memberId, instance) with { MustKnowMemberId = mustKnowId && instance is null });
    }

    private void TakeJoin(JoinAnswer answer)
    {
        joining = null;
        if (answer.Error == ErrorCode.MemberIdRequired)
            memberId = answer.MemberId;
        else if (answer.Error != ErrorCode.None)
            Fail(answer.Error);
        else
            Sync(answer);
    }

    private void Sync(JoinAnswer answer)
    {
        memberId = answer.MemberId;
        joined = answer;
        var assignments = answer.LeaderId == answer.MemberId
            ? answer.Members.Select((member, place) => (member.MemberId, Encode(answer, place, answer.Members.Count))).ToArray()
            : [];
        syncing = bench.Groups.SyncAsync(new(
            GroupBench.GroupId, GroupBench.Claim(answer, instance), assignments.ToDictionary(each => each.MemberId, each => each.Item2)));
    }

    private void TakeSync(SyncAnswer answer)
    {
        syncing = null;
        if (answer.Error != ErrorCode.None)
        {
            Fail(answer.Error);
            return;
        }
        var parts = Encoding.UTF8.GetString(answer.Assignment).Split('|');
        Assert.True(parts.Length == 3, $"{memberId} got the assignment '{string.Join('|', parts)}' in generation {joined!.Generation}");
        Assert.Equal(joined.Generation, int.Parse(parts[0]));
        // A static leader that took its place back goes by a new id, but the generation is still the one its old self assigned.
        Assert.StartsWith(parts[1], joined.LeaderId, StringComparison.Ordinal);
        Owned = parts[2].Length == 0 ? [] : [.. parts[2].Split(',').Select(int.Parse)];
        Generation = joined.Generation;
        HighestGeneration = Math.Max(HighestGeneration, joined.Generation);
    }

    private void Beat()
    {
        var error = bench.Groups.Heartbeat(GroupBench.GroupId, GroupBench.Claim(joined!, instance));
        if (error != ErrorCode.None)
            Fail(error);
    }

    private void Fail(ErrorCode error)
    {
        Drop();
        switch (error)
        {
            case ErrorCode.UnknownMemberId:
                memberId = "";
                break;
            case ErrorCode.FencedInstanceId:
                IsFenced = true;
                break;
            case ErrorCode.RebalanceInProgress or ErrorCode.IllegalGeneration or ErrorCode.CoordinatorNotAvailable:
                break;
            default:
                Assert.Fail($"A client that follows the protocol got {error}.");
                break;
        }
    }

    private void Drop()
    {
        Generation = null;
        Owned = [];
    }

    private byte[] Encode(JoinAnswer answer, int place, int count) =>
        Encoding.UTF8.GetBytes($"{answer.Generation}|{(instance is null ? answer.MemberId : instance + "-")}|"
            + $"{string.Join(',', Enumerable.Range(0, partitions).Where(p => p % count == place))}");
}
