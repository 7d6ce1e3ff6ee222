using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.BrokerTests.Groups;

public sealed class OffsetTests : IDisposable
{
    private static readonly MemberClaim Nobody = new("", null, -1);

    private readonly GroupBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void Nothing_committed_is_not_an_error()
    {
        Assert.Null(bench.Groups.Committed("unknown").GetValueOrDefault(new("t", 0)));
        Assert.Empty(bench.Groups.Committed("unknown"));
    }

    [Fact]
    public void A_commit_from_outside_begins_a_group_without_members()
    {
        Assert.Equal(ErrorCode.None, bench.Commit(Nobody, offset: 42, metadata: "note"));

        var committed = bench.Groups.Committed(GroupBench.GroupId).GetValueOrDefault(new("t", 0));
        Assert.Equal((42, "note"), (committed!.Offset, committed.Metadata));
        Assert.Equal("Empty", bench.State);
        Assert.Equal("", Assert.Single(bench.Groups.List()).ProtocolType);
    }

    [Fact]
    public void A_commit_of_a_generation_in_an_unknown_group_does_not_begin_one()
    {
        Assert.Equal(ErrorCode.GroupIdNotFound, bench.Commit(new("m", null, 3)));
        Assert.Equal(0, bench.Groups.Count);
    }

    [Fact]
    public void An_unknown_partition_does_not_spoil_the_others()
    {
        var results = bench.Groups.Commit(GroupBench.GroupId, Nobody, [Of("t", 3), Of("t", 2), Of("nothing", 0)]);

        Assert.Equal([ErrorCode.UnknownTopicOrPartition, ErrorCode.None, ErrorCode.UnknownTopicOrPartition], results);
        Assert.Equal(new TopicSlot("t", 2), Assert.Single(bench.Groups.Committed(GroupBench.GroupId)).Key);
    }

    [Fact]
    public void A_group_is_not_begun_by_commits_that_are_all_refused()
    {
        bench.Commit(Nobody, topic: "nothing");

        Assert.Equal(0, bench.Groups.Count);
    }

    [Theory]
    [InlineData(4096, ErrorCode.None)]
    [InlineData(4097, ErrorCode.OffsetMetadataTooLarge)]
    internal void A_note_is_not_too_long(int length, ErrorCode expected) =>
        Assert.Equal(expected, bench.Commit(Nobody, metadata: new('x', length)));

    [Fact]
    public async Task Only_members_of_the_generation_commit_while_there_are_members()
    {
        var joined = (await bench.Stable(1))[0];

        Assert.Equal(ErrorCode.None, bench.Commit(GroupBench.Claim(joined)));
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Commit(Nobody));
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Commit(new("stranger", null, joined.Generation)));
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Commit(GroupBench.Claim(joined, "instance")));
        Assert.Equal(ErrorCode.IllegalGeneration, bench.Commit(GroupBench.Claim(joined) with { Generation = joined.Generation - 1 }));
    }

    [Fact]
    public async Task Members_may_still_commit_while_the_others_join_but_not_while_the_leader_assigns()
    {
        var members = await bench.Stable(2);
        var leader = bench.Join(members[0].MemberId);
        Assert.Equal(ErrorCode.None, bench.Commit(GroupBench.Claim(members[1])));

        var follower = bench.Join(members[1].MemberId);
        await Task.WhenAll(leader, follower);

        Assert.Equal(ErrorCode.RebalanceInProgress, bench.Commit(GroupBench.Claim(await follower)));
        Assert.Equal(ErrorCode.IllegalGeneration, bench.Commit(GroupBench.Claim(members[1])));
    }

    [Fact]
    public async Task An_administrator_may_commit_once_the_group_is_empty()
    {
        var joined = (await bench.Stable(1))[0];
        bench.Leave(joined.MemberId);

        Assert.Equal(ErrorCode.None, bench.Commit(Nobody));
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Commit(GroupBench.Claim(joined)));
    }

    [Fact]
    public async Task Offsets_of_topics_in_use_cannot_be_deleted_and_others_can()
    {
        var joined = (await bench.Stable(1))[0];
        bench.Commit(GroupBench.Claim(joined), "t");
        bench.Commit(GroupBench.Claim(joined), "u");

        var (error, results) = bench.Groups.DeleteOffsets(GroupBench.GroupId, [new("t", 0), new("u", 0), new("u", 1), new("nothing", 0)]);

        Assert.Equal(ErrorCode.None, error);
        Assert.Equal([ErrorCode.GroupSubscribedToTopic, ErrorCode.None, ErrorCode.None, ErrorCode.UnknownTopicOrPartition], results);
        Assert.Equal("t", Assert.Single(bench.Groups.Committed(GroupBench.GroupId)).Key.Topic);
    }

    [Fact]
    public async Task Offsets_of_members_that_are_no_consumers_are_deleted_only_when_the_group_is_empty()
    {
        Assert.Equal(ErrorCode.GroupIdNotFound, bench.Groups.DeleteOffsets(GroupBench.GroupId, [new("t", 0)]).Error);
        var joined = await bench.Groups.JoinAsync(GroupBench.Request() with { ProtocolType = "connect" });
        Assert.Equal(ErrorCode.NonEmptyGroup, bench.Groups.DeleteOffsets(GroupBench.GroupId, [new("t", 0)]).Error);

        bench.Leave(joined.MemberId);

        Assert.Equal([ErrorCode.None], bench.Groups.DeleteOffsets(GroupBench.GroupId, [new("t", 0)]).Results);
    }

    [Fact]
    public void A_deleted_topic_takes_its_offsets_along_for_good()
    {
        bench.Commit(Nobody, "t");
        bench.Commit(Nobody, "u");
        bench.Topics.Remove("t");

        bench.Groups.ForgetTopic("t");
        bench.Crash();

        Assert.Equal("u", Assert.Single(bench.Groups.Committed(GroupBench.GroupId)).Key.Topic);
    }

    [Fact]
    public void Offsets_beyond_a_log_that_lost_its_tail_are_taken_back_and_those_of_lost_partitions_forgotten()
    {
        bench.Groups.Commit(GroupBench.GroupId, Nobody, [Of("t", 0, 10), Of("t", 1, 10), Of("t", 2, 10)]);

        bench.Groups.Reconcile(slot => slot.Partition switch { 0 => 7, 1 => 10, _ => null });

        var committed = bench.Groups.Committed(GroupBench.GroupId);
        Assert.Equal((7, 10, 2), (committed[new("t", 0)].Offset, committed[new("t", 1)].Offset, committed.Count));
    }

    [Fact]
    public void Offsets_of_a_group_without_members_go_by_their_age()
    {
        bench.Commit(Nobody, "t");
        bench.Clock.Advance(TimeSpan.FromDays(3));
        bench.Commit(Nobody, "u");

        bench.Clock.Advance(TimeSpan.FromDays(4));
        Assert.Equal("u", Assert.Single(bench.Groups.Committed(GroupBench.GroupId)).Key.Topic);
        bench.Clock.Advance(TimeSpan.FromDays(3));

        Assert.Equal(0, bench.Groups.Count);
        bench.Restart();
        Assert.Equal(0, bench.Groups.Count);
    }

    [Fact]
    public async Task Offsets_of_an_empty_group_stay_until_it_has_been_empty_for_the_retention()
    {
        var joined = (await bench.Stable(1))[0];
        bench.Commit(GroupBench.Claim(joined));
        for (var day = 0; day < 8; day++)
            Beat(joined, TimeSpan.FromDays(1));
        bench.Leave(joined.MemberId);

        bench.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(10));
        Assert.Single(bench.Groups.Committed(GroupBench.GroupId));
        bench.Clock.Advance(TimeSpan.FromMinutes(20));

        Assert.Empty(bench.Groups.Committed(GroupBench.GroupId));
    }

    [Fact]
    public async Task A_living_group_loses_old_offsets_only_of_topics_it_no_longer_reads()
    {
        var joined = (await bench.Stable(1))[0];
        bench.Commit(GroupBench.Claim(joined), "t");
        bench.Commit(GroupBench.Claim(joined), "u");

        for (var day = 0; day < 8; day++)
            Beat(joined, TimeSpan.FromDays(1));

        Assert.Equal("t", Assert.Single(bench.Groups.Committed(GroupBench.GroupId)).Key.Topic);
    }

    [Fact]
    public void A_retention_the_client_chose_counts()
    {
        var commit = Of("t", 0);
        var expiresAt = bench.Clock.GetUtcNow() + TimeSpan.FromHours(1);
        bench.Groups.Commit(GroupBench.GroupId, Nobody, [new(commit.Slot, commit.Offset with { ExpiresAt = expiresAt })]);
        bench.Restart();

        bench.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Single(bench.Groups.Committed(GroupBench.GroupId));
        bench.Clock.Advance(TimeSpan.FromMinutes(20));

        Assert.Empty(bench.Groups.Committed(GroupBench.GroupId));
    }

    /// <summary>Lets time pass for a member whose session is long enough for the step the test takes.</summary>
    private void Beat(JoinAnswer joined, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += GroupBench.Session * 0.9)
        {
            bench.Clock.Advance(GroupBench.Session * 0.9);
            Assert.Equal(ErrorCode.None, bench.Heartbeat(joined));
        }
    }

    private (TopicSlot Slot, CommittedOffset Offset) Of(string topic, int partition, long offset = 1) =>
        (new(topic, partition), new(offset, -1, "", bench.Clock.GetUtcNow()));
}
