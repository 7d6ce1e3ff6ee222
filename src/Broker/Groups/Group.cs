using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Groups;

/// <summary>One consumer group. May be used by many threads: every call takes the group's lock, none waits inside it.</summary>
internal sealed class Group : IDisposable
{
    private readonly Lock gate = new();
    private readonly GroupOptions options;
    private readonly TimeProvider clock;
    private readonly GroupJournal journal;
    private readonly GroupTimer timer;
    private readonly Membership membership;
    private readonly JoinRules joinRules;
    private readonly GroupOffsets offsets;

    public Group(string id, GroupOptions options, TimeProvider clock, GroupJournal journal, ILogger logger)
    {
        (Id, this.options, this.clock, this.journal) = (id, options, clock, journal);
        timer = new(clock, Tick);
        membership = new(id, options, clock, timer, journal, logger);
        joinRules = new(options, membership);
        offsets = new(id, journal);
    }

    public string Id { get; }

    public Task<JoinAnswer> Join(JoinRequest request)
    {
        lock (gate)
            return joinRules.Join(request);
    }

    public Task<SyncAnswer> Sync(SyncRequest request)
    {
        lock (gate)
        {
            var error = MemberRules.Sync(membership, request, options.MaxGroupBytes, out var member);
            if (error != ErrorCode.None)
                return Task.FromResult(new SyncAnswer(error));
            if (membership.State == GroupState.Stable)
                return Task.FromResult(membership.SyncAnswerFor(member!));
            var answer = member!.ParkSync();
            if (member.Id == membership.LeaderId)
                membership.Distribute(request.Assignments);
            return answer;
        }
    }

    public ErrorCode Heartbeat(MemberClaim claim)
    {
        lock (gate)
            return MemberRules.Heartbeat(membership, claim);
    }

    /// <summary>The error of the whole request, as for a group that is just being removed, else one result per member, in order.</summary>
    public (ErrorCode Error, IReadOnlyList<ErrorCode> Results) Leave(IReadOnlyList<MemberClaim> leaving)
    {
        lock (gate)
        {
            return membership.State == GroupState.Dead ? (ErrorCode.CoordinatorNotAvailable, [])
                : (ErrorCode.None, [.. leaving.Select(member => MemberRules.Leave(membership, member))]);
        }
    }

    /// <summary>
    /// One result per offset, in order. <paramref name="exists"/> is asked under the group's lock, so that a topic deleted meanwhile leaves
    /// no offset behind: its deletion comes by this lock as well.
    /// </summary>
    public IReadOnlyList<ErrorCode> Commit(
        MemberClaim claim, IReadOnlyList<(TopicSlot Slot, CommittedOffset Offset)> commits, Func<TopicSlot, bool> exists)
    {
        lock (gate)
        {
            var error = MemberRules.Commit(membership, claim);
            var results = commits.Select(commit => !exists(commit.Slot) ? ErrorCode.UnknownTopicOrPartition
                : error != ErrorCode.None ? error
                : commit.Offset.Metadata.Length > options.MaxOffsetMetadataLength ? ErrorCode.OffsetMetadataTooLarge
                : ErrorCode.None).ToArray();
            if (!offsets.Apply([.. commits.Where((_, index) => results[index] == ErrorCode.None)]))
                return [.. results.Select(result => result == ErrorCode.None ? ErrorCode.CoordinatorNotAvailable : result)];
            return results;
        }
    }

    public IReadOnlyDictionary<TopicSlot, CommittedOffset> CommittedOffsets()
    {
        lock (gate)
            return new Dictionary<TopicSlot, CommittedOffset>(offsets.All);
    }

    /// <summary>The error of the whole request, else one result per slot.</summary>
    public (ErrorCode Error, IReadOnlyList<ErrorCode> Results) DeleteOffsets(IReadOnlyList<TopicSlot> slots, Func<TopicSlot, bool> exists)
    {
        lock (gate)
        {
            if (membership.State == GroupState.Dead)
                return (ErrorCode.GroupIdNotFound, []);
            var isUsed = membership.State != GroupState.Empty;
            if (isUsed && membership.ProtocolType != ConsumerSubscription.ProtocolType)
                return (ErrorCode.NonEmptyGroup, []);
            var subscribed = isUsed ? SubscribedTopics() : null;
            var results = slots.Select(slot => !exists(slot) ? ErrorCode.UnknownTopicOrPartition
                : isUsed && subscribed?.Contains(slot.Topic) != false ? ErrorCode.GroupSubscribedToTopic
                : ErrorCode.None).ToArray();
            return offsets.Remove(slots.Where((slot, index) => results[index] == ErrorCode.None && offsets.All.ContainsKey(slot)))
                ? (ErrorCode.None, results)
                : (ErrorCode.CoordinatorNotAvailable, []);
        }
    }

    public void ForgetTopic(string topic)
    {
        lock (gate)
            offsets.Remove(offsets.All.Keys.Where(slot => slot.Topic == topic));
    }

    /// <summary>
    /// Brings the offsets in line with the logs found at start: null means that there is no such partition any more, and an offset beyond the
    /// end of a log that lost its tail would skip what is written there next.
    /// </summary>
    public void Reconcile(Func<TopicSlot, long?> logEnd)
    {
        lock (gate)
        {
            var found = offsets.All.Select(entry => (Slot: entry.Key, Committed: entry.Value, End: logEnd(entry.Key)));
            offsets.Apply([.. found.Where(each => each.End is null || each.End < each.Committed.Offset).Select(each =>
                (each.Slot, each.End is { } end ? each.Committed with { Offset = end, LeaderEpoch = -1 } : null))]);
        }
    }

    /// <summary>Drops offsets that are over, and the group with the last of them; true when the group is gone.</summary>
    public bool Expire()
    {
        lock (gate)
        {
            var subscribed = membership.State == GroupState.Stable ? SubscribedTopics() : null;
            offsets.Expire(membership, subscribed, clock.GetUtcNow(), options.OffsetsRetention);
            return IsVacant && Delete() == ErrorCode.None;
        }
    }

    /// <summary>Ends a group that a refused request brought into being; true when it is gone.</summary>
    public bool EndIfUnused()
    {
        lock (gate)
        {
            if (!IsVacant || membership.Generation > 0)
                return false;
            membership.Die();
            return true;
        }
    }

    public ErrorCode Delete()
    {
        lock (gate)
        {
            if (membership.State == GroupState.Dead)
                return ErrorCode.GroupIdNotFound;
            if (membership.State != GroupState.Empty)
                return ErrorCode.NonEmptyGroup;
            if (!journal.RemoveGroup(Id, offsets.All.Keys))
                return ErrorCode.CoordinatorNotAvailable;
            membership.Die();
            return ErrorCode.None;
        }
    }

    public GroupDescription Describe()
    {
        lock (gate)
        {
            var isStable = membership.State == GroupState.Stable;
            var protocol = isStable ? membership.ProtocolName : null;
            return new(Id, membership.State, membership.ProtocolType ?? "", protocol ?? "",
            [
                .. membership.Members.All.Select(member => new GroupDescription.MemberDescription(
                    member.Id, member.InstanceId, member.ClientId, member.ClientHost,
                    member.MetadataFor(protocol), isStable ? member.Assignment : [])),
            ]);
        }
    }

    public void Restore(SavedGroup saved)
    {
        lock (gate)
            membership.Restore(saved);
    }

    public void Restore(TopicSlot slot, CommittedOffset offset)
    {
        lock (gate)
            offsets.Restore(slot, offset);
    }

    /// <summary>The broker stops: nothing of the group is lost, but nothing more happens to it.</summary>
    public void Dispose()
    {
        lock (gate)
            membership.Die();
        timer.Dispose();
    }

    private bool IsVacant => membership is { State: GroupState.Empty, Members.PendingIds.Count: 0 } && offsets.All.Count == 0;

    /// <summary>What all members of a consumer group read together; null when one of them cannot be understood.</summary>
    private HashSet<string>? SubscribedTopics()
    {
        if (membership.ProtocolType != ConsumerSubscription.ProtocolType)
            return null;
        var topics = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in membership.Members.All)
        {
            // Before a generation exists no protocol is chosen; every one of a consumer starts with the same list.
            var metadata = membership.ProtocolName is null ? member.Protocols[0].Metadata : member.MetadataFor(membership.ProtocolName);
            if (ConsumerSubscription.Topics(metadata) is not { } own)
                return null;
            topics.UnionWith(own);
        }
        return topics;
    }

    private void Tick()
    {
        lock (gate)
        {
            if (membership.State != GroupState.Dead)
                membership.Tick();
        }
    }
}

/// <summary>The states of a classic group; their names are what clients see.</summary>
internal enum GroupState
{
    /// <summary>No members; offsets may be left.</summary>
    Empty,

    /// <summary>Waiting for every member to join again.</summary>
    PreparingRebalance,

    /// <summary>Waiting for the leader's assignment.</summary>
    CompletingRebalance,

    /// <summary>Every member has, or can ask for, its assignment.</summary>
    Stable,

    /// <summary>Removed; whoever still holds it looks the group up again.</summary>
    Dead,
}

/// <summary>What tools are shown of a group. Members say what they subscribed to and own only while the group is stable.</summary>
internal sealed record GroupDescription(
    string GroupId, GroupState State, string ProtocolType, string ProtocolName, IReadOnlyCollection<GroupDescription.MemberDescription> Members)
{
    internal sealed record MemberDescription(
        string MemberId, string? InstanceId, string ClientId, string ClientHost, byte[] Metadata, byte[] Assignment);
}
