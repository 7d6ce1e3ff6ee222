using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Broker.Apis;
using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Storage;
using StockPipeline.Broker.Wire;
using StockPipeline.BrokerTests.Groups;
using StockPipeline.BrokerTests.Wire;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Apis;

/// <summary>Every version of every group API against bytes Apache Kafka's own classes wrote, on the same small set of groups.</summary>
public sealed class GroupApiGoldenTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly GroupCoordinator groups;
    private readonly IApi[] apis;

    public GroupApiGoldenTests()
    {
        SaveGroups();
        groups = Open();
        apis = Apis(groups);
    }

    public static TheoryData<string, short, string, string> Golden()
    {
        var cases = new TheoryData<string, short, string, string>();
        foreach (var line in Lines())
            cases.Add(line[0], short.Parse(line[1]), line[2], line[3]);
        return cases;
    }

    public void Dispose()
    {
        groups.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public async Task Request_is_understood_and_answered_in_Kafkas_own_bytes(string api, short version, string request, string expected)
    {
        var served = apis.Single(each => each.Range.Key.ToString() == api);
        using var answer = new WireWriter(served.Range.IsFlexible(version), version);

        await served.AnswerAsync(RequestOf(served, version, Convert.FromHexString(request)), answer, CancellationToken.None);
        answer.WriteTags();

        Assert.Equal(expected, Convert.ToHexString(answer.ToArray()));
    }

    [Fact]
    public void Every_advertised_version_has_its_golden_bytes()
    {
        var advertised = apis.SelectMany(api =>
            Enumerable.Range(api.Range.Min, api.Range.Max - api.Range.Min + 1).Select(version => $"{api.Range.Key} {version}"));

        Assert.Equal(advertised.Order(), Lines().Select(line => $"{line[0]} {line[1]}").Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public async Task Request_cut_short_is_malformed(string api, short version, string request, string expected)
    {
        Assert.NotEmpty(expected);
        var served = apis.Single(each => each.Range.Key.ToString() == api);
        var whole = Convert.FromHexString(request);
        for (var length = 0; length < whole.Length; length++)
        {
            using var answer = new WireWriter(served.Range.IsFlexible(version), version);
            await Assert.ThrowsAsync<MalformedRequestException>(
                () => served.AnswerAsync(RequestOf(served, version, whole[..length]), answer, CancellationToken.None).AsTask());
        }
    }

    private static ApiRequest RequestOf(IApi api, short version, byte[] body) =>
        new() { Api = api.Range, Version = version, ClientId = "client", Body = body };

    private static IApi[] Apis(GroupCoordinator groups) =>
    [
        new FindCoordinatorApi(new BrokerAddress("cluster") { Host = "broker", Port = 9092 }),
        new JoinGroupApi(groups), new SyncGroupApi(groups), new HeartbeatApi(groups), new LeaveGroupApi(groups),
        new OffsetCommitApi(groups, TimeProvider.System), new OffsetFetchApi(groups), new OffsetDeleteApi(groups),
        new DescribeGroupsApi(groups), new ListGroupsApi(groups), new DeleteGroupsApi(groups),
    ];

    private static IEnumerable<string[]> Lines()
    {
        using var reader = new StreamReader(typeof(GroupApiGoldenTests).Assembly.GetManifestResourceStream("group-apis.golden")!);
        while (reader.ReadLine() is { } line)
            if (!line.StartsWith('#'))
                yield return line.Split(' ');
    }

    /// <summary>Two stable groups with members whose ids are known: g of m1 (static, leads) and m2 with an offset, and solo of s1.</summary>
    private void SaveGroups()
    {
        var file = Journal.Open(folder.File("groups.journal"), PhysicalDisk.Instance, NullLogger.Instance);
        using var journal = new GroupJournal(file, flushEveryCommit: false, NullLogger.Instance);
        Save(journal, "g", "m1", MemberOf("m1", "i1", [1]), MemberOf("m2", null, [2, 2]));
        Save(journal, "solo", "s1", MemberOf("s1", "is", [3]));
        journal.SaveOffsets("g", [new(new("t", 1), new(11, 2, "kept", DateTimeOffset.UnixEpoch))]);
    }

    private static void Save(GroupJournal journal, string groupId, string leader, params Member[] members)
    {
        Assert.True(journal.SaveGroup(groupId, new(5, "consumer", "range", leader, DateTimeOffset.UnixEpoch, members)));
    }

    private static Member MemberOf(string id, string? instance, byte[] assignment) => new(id)
    {
        InstanceId = instance,
        ClientId = "client",
        ClientHost = "/127.0.0.1",
        SessionTimeout = TimeSpan.FromMinutes(1),
        RebalanceTimeout = TimeSpan.FromMinutes(1),
        Protocols = [new("range", GroupBench.Subscription("t"))],
        Assignment = assignment,
    };

    private GroupCoordinator Open() =>
        new(folder.Path, PhysicalDisk.Instance, new(), TimeProvider.System, slot => slot.Topic is "t" or "u" && slot.Partition < 3,
            NullLogger.Instance);
}
