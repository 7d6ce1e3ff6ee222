using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.BrokerTests.Groups;

/// <summary>Clients that come, go, crash, hang and come back at random, and a broker that dies now and then.</summary>
public sealed class GroupModelTests(ITestOutputHelper output)
{
    private const int Runs = 30;
    private const int Steps = 600;
    private const int MaxClients = 12;
    private const int Partitions = 24;

    [Fact]
    public void Whatever_members_do_the_group_ends_up_stable_with_every_partition_owned_once_and_no_orphan()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        for (var run = 0; run < Runs; run++)
            Run(random, brokerCrashes: run % 2 == 1);
    }

    private static void Run(Random random, bool brokerCrashes)
    {
        using var bench = new GroupBench();
        var clients = new List<ModelClient>();
        var names = 0;
        // A group with an offset is not removed when everybody is gone for a while, and so goes on counting.
        bench.Commit(new("", null, -1));
        for (var step = 0; step < Steps; step++)
        {
            if (clients.Count == 0 || (clients.Count < MaxClients && random.Next(12) == 0))
                clients.Add(new(bench, random.Next(3) == 0 ? $"instance-{names++}" : null, random.Next(2) == 0, Partitions));
            var client = clients[random.Next(clients.Count)];
            switch (random.Next(40))
            {
                case 0:
                    client.Leave();
                    clients.Remove(client);
                    break;
                case 1:
                    // A crash: the client is never heard of again.
                    clients.Remove(client);
                    break;
                case 2:
                    client.Restart();
                    break;
                case 3:
                    bench.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(4_000)));
                    break;
                case 4 when brokerCrashes:
                    bench.Crash();
                    break;
                case 5 when client.Instance is not null && clients.Count < MaxClients:
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
}
