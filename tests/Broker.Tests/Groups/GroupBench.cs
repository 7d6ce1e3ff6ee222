using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.BrokerTests.Log;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Groups;

/// <summary>A coordinator with a clock and a folder of its own, and short words for what members do.</summary>
internal sealed class GroupBench : IDisposable
{
    public const string GroupId = "g";

    public static readonly TimeSpan Session = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan RebalanceTime = TimeSpan.FromSeconds(60);

    private readonly TempFolder folder = new();
    private readonly GroupOptions options;

    public GroupBench(GroupOptions? options = null)
    {
        this.options = options ?? new();
        Groups = Open(folder.Path);
    }

    public ManualClock Clock { get; } = new(new(2026, 1, 5, 7, 0, 0, TimeSpan.Zero));

    public FaultyDisk Disk { get; } = new();

    public GroupCoordinator Groups { get; private set; }

    /// <summary>Partitions 0 to 2 of these exist.</summary>
    public HashSet<string> Topics { get; } = ["t", "u"];

    public string JournalPath => folder.File("groups.journal");

    public string State => Groups.Describe(GroupId).State.ToString();

    public void Dispose()
    {
        Groups.Dispose();
        folder.Dispose();
    }

    public void Restart()
    {
        Groups.Dispose();
        Groups = Open(folder.Path);
    }

    /// <summary>As a killed process leaves it: what is in the files, and nothing of what a clean end would still do.</summary>
    public void Crash(Action<string>? damage = null)
    {
        var copy = folder.File("crashed");
        File.Copy(JournalPath, copy, overwrite: true);
        Groups.Dispose();
        damage?.Invoke(copy);
        File.Move(copy, JournalPath, overwrite: true);
        Groups = Open(folder.Path);
    }

    public static JoinRequest Request(string memberId = "", string? instance = null, params string[] protocols) => new()
    {
        GroupId = GroupId,
        MemberId = memberId,
        InstanceId = instance,
        ClientId = "client",
        ClientHost = "/127.0.0.1",
        SessionTimeout = Session,
        RebalanceTimeout = RebalanceTime,
        ProtocolType = "consumer",
        Protocols = [.. (protocols.Length == 0 ? ["range"] : protocols).Select(name => new MemberProtocol(name, Subscription("t")))],
    };

    public Task<JoinAnswer> Join(string memberId = "", string? instance = null, params string[] protocols) =>
        Groups.JoinAsync(Request(memberId, instance, protocols));

    public Task<SyncAnswer> Sync(JoinAnswer joined, params (string MemberId, byte[] Assignment)[] assignments) =>
        Groups.SyncAsync(new(GroupId, Claim(joined), assignments.ToDictionary(each => each.MemberId, each => each.Assignment)));

    public ErrorCode Heartbeat(JoinAnswer joined) => Groups.Heartbeat(GroupId, Claim(joined));

    public ErrorCode Leave(string memberId, string? instance = null)
    {
        var (error, results) = Groups.Leave(GroupId, [new(memberId, instance)]);
        return error == ErrorCode.None ? results[0] : error;
    }

    public ErrorCode Commit(MemberClaim claim, string topic = "t", int partition = 0, long offset = 1, string metadata = "") =>
        Groups.Commit(GroupId, claim, [(new(topic, partition), new(offset, -1, metadata, Clock.GetUtcNow()))])[0];

    public static MemberClaim Claim(JoinAnswer joined, string? instance = null) => new(joined.MemberId, instance, joined.Generation);

    /// <summary>Brings up a stable group of so many members; the first one leads, each owns the byte of its place.</summary>
    public async Task<JoinAnswer[]> Stable(int count, params string[] instances)
    {
        var joins = Enumerable.Range(0, count).Select(i => Join(instance: i < instances.Length ? instances[i] : null)).ToArray();
        if (count == 1)
            return [await Settle(joins)];
        // The first join alone completed a generation of one; it comes back because the others arrived.
        var first = await joins[0];
        joins[0] = Join(first.MemberId, instances.FirstOrDefault());
        var answers = await Task.WhenAll(joins);
        await Settle(joins);
        return answers;
    }

    /// <summary>Lets the leader of finished joins hand out, by place, and everybody fetch.</summary>
    public async Task<JoinAnswer> Settle(params Task<JoinAnswer>[] joins)
    {
        var answers = await Task.WhenAll(joins).WaitAsync(Eventually.Patience);
        var leader = answers.Single(answer => answer.LeaderId == answer.MemberId);
        var assignments = answers.Select((answer, place) => (answer.MemberId, new[] { (byte)place })).ToArray();
        var syncs = answers.Where(answer => answer != leader).Select(answer => Sync(answer)).Append(Sync(leader, assignments)).ToArray();
        foreach (var synced in await Task.WhenAll(syncs).WaitAsync(Eventually.Patience))
            Assert.Equal(ErrorCode.None, synced.Error);
        return leader;
    }

    /// <summary>What the consumer protocol puts in front: version, topics.</summary>
    public static byte[] Subscription(params string[] topics)
    {
        var bytes = new List<byte> { 0, 1, 0, 0, 0, (byte)topics.Length };
        foreach (var topic in topics)
            bytes.AddRange([0, (byte)topic.Length, .. System.Text.Encoding.UTF8.GetBytes(topic)]);
        return [.. bytes, 255, 255, 255, 255];
    }

    private GroupCoordinator Open(string path) =>
        new(path, Disk, options, Clock, slot => Topics.Contains(slot.Topic) && slot.Partition is >= 0 and < 3, NullLogger.Instance);
}
