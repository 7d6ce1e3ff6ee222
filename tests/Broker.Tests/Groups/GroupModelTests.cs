using CsCheck;

namespace StockPipeline.BrokerTests.Groups;

/// <summary>Clients that come, go, crash, hang and come back at random, and a broker that dies now and then.</summary>
public sealed class GroupModelTests
{
    private const int Runs = 40;
    private const int MaxSteps = 800;
    private const int MaxClients = 12;
    private const int Partitions = 24;

    /// <summary>One move: most often the client chosen does what it would by itself.</summary>
    private static readonly Gen<Move> Moves = Gen.Select(
        Gen.Frequency((35, Gen.Const(Deed.Goes)), (5, Gen.Enum<Deed>())),
        Gen.Int[0, MaxClients - 1], Gen.Int[0, 3_999], Gen.Int[0, 11], Gen.Int[0, 5],
        (deed, client, milliseconds, arrival, kind) =>
            new Move(deed, client, milliseconds, arrival == 0, IsStatic: kind < 2, KnowsId: kind % 2 == 0));

    private enum Deed
    {
        Goes,
        Leaves,
        Crashes,
        Restarts,
        TimePasses,
        BrokerCrashes,
        Doubles,
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_members_do_the_group_ends_up_stable_with_every_partition_owned_once_and_no_orphan(bool brokerCrashes) =>
        Moves.Array[0, MaxSteps].Sample(moves => Run(moves, brokerCrashes), iter: Runs);

    private static void Run(Move[] moves, bool brokerCrashes)
    {
        using var bench = new GroupBench();
        var clients = new List<ModelClient>();
        var names = 0;
        // A group with an offset is not removed when everybody is gone for a while, and so goes on counting.
        bench.Commit(new("", null, -1));
        foreach (var move in moves)
        {
            if (clients.Count == 0 || (clients.Count < MaxClients && move.SomebodyComes))
                clients.Add(new(bench, move.IsStatic ? $"instance-{names++}" : null, move.KnowsId, Partitions));
            var client = clients[move.Client % clients.Count];
            switch (move.Deed)
            {
                case Deed.Leaves:
                    client.Leave();
                    clients.Remove(client);
                    break;
                case Deed.Crashes:
                    // The client is never heard of again.
                    clients.Remove(client);
                    break;
                case Deed.Restarts:
                    client.Restart();
                    break;
                case Deed.TimePasses:
                    bench.Clock.Advance(TimeSpan.FromMilliseconds(move.Milliseconds));
                    break;
                case Deed.BrokerCrashes when brokerCrashes:
                    bench.Crash();
                    break;
                case Deed.Doubles when client.Instance is not null && clients.Count < MaxClients:
                    // Two processes with one instance id: the later one wins.
                    clients.Add(new(bench, client.Instance, false, Partitions));
                    break;
                default:
                    client.Step();
                    break;
            }
            clients.RemoveAll(each => each.IsFenced);
            CheckOwners(clients);
        }
        CheckEnd(bench, clients);
    }

    /// <summary>Within one generation no partition has two owners, at any moment.</summary>
    private static void CheckOwners(List<ModelClient> clients)
    {
        foreach (var generation in clients.Where(client => client.Generation is not null).GroupBy(client => client.Generation))
        {
            // A replaced static member learns of its replacement at its next request; until then both believe in the same partitions.
            var owners = generation.GroupBy(client => client.Instance ?? client.MemberId).Select(same => same.First().Owned);
            var owned = owners.SelectMany(partitions => partitions).ToArray();
            Assert.Equal(owned.Length, owned.Distinct().Count());
        }
    }

    private static void CheckEnd(GroupBench bench, List<ModelClient> clients)
    {
        var highest = clients.Select(client => client.HighestGeneration).DefaultIfEmpty(0).Max();
        for (var round = 0; round < 200; round++)
        {
            for (var i = 0; i < 4; i++)
                clients.ForEach(client => client.Step());
            clients.RemoveAll(client => client.IsFenced);
            bench.Clock.Advance(GroupBench.Session / 4);
        }

        var group = bench.Groups.Describe(GroupBench.GroupId);
        Assert.Equal(clients.Select(client => client.MemberId).Order(), group.Members.Select(member => member.MemberId).Order());
        if (clients.Count == 0)
            return;
        Assert.Equal("Stable", group.State.ToString());
        var generation = Assert.Single(clients.Select(client => client.Generation).Distinct());
        Assert.NotNull(generation);
        Assert.True(generation >= highest , $"generation {generation} came after {highest}");
        Assert.Equal(Enumerable.Range(0, Partitions), clients.SelectMany(client => client.Owned).Order());
    }

    private sealed record Move(Deed Deed, int Client, int Milliseconds, bool SomebodyComes, bool IsStatic, bool KnowsId);
}
