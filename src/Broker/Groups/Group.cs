using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Groups;

/// <summary>One consumer group. May be used by many threads: every call takes the group's lock, none waits inside it.</summary>
internal sealed class Group : IDisposable
{
    private readonly Lock gate = new();
    private readonly string id;
    private readonly GroupOptions options;
    private readonly TimeProvider clock;
    private readonly GroupJournal journal;
    private readonly GroupTimer timer;
    private readonly Membership members;
    private readonly JoinRules joinRules;
    private readonly GroupOffsets offsets;

    public Group(string id, GroupOptions options, TimeProvider clock, GroupJournal journal, ILogger logger)
    {
        (this.id, this.options, this.clock, this.journal) = (id, options, clock, journal);
        timer = new(clock, Tick);
        members = new(id, options, clock, timer, Save, logger);
        joinRules = new(options, members);
        offsets = new(id, journal);
    }

    public string Id => id;

    public Task<JoinAnswer> Join(JoinRequest request)
    {
        lock (gate)
            return joinRules.Join(request);
    }

    public Task<SyncAnswer> Sync(SyncRequest request)
    {
        lock (gate)
        {
            var error = CheckSync(request, out var member);
            if (error != ErrorCode.None)
                return Task.FromResult(new SyncAnswer(error));
            if (members.State == GroupState.Stable)
                return Task.FromResult(members.SyncAnswerFor(member!));
            var answer = members.ParkSync(member!);
            if (member!.Id == members.LeaderId)
                members.Distribute(request.Assignments);
            return answer;
        }
    }

    public ErrorCode Heartbeat(MemberClaim claim)
    {
        lock (gate)
            return MemberRules.Heartbeat(members, claim);
    }

    /// <summary>One result per member, in order; null when the group is just being removed.</summary>
    public IReadOnlyList<ErrorCode>? Leave(IReadOnlyList<LeavingMember> leaving)
    {
        lock (gate)
            return members.State == GroupState.Dead ? null : [.. leaving.Select(member => MemberRules.Leave(members, member))];
    }

    /// <summary>
    /// One result per offset, in order. <paramref name="exists"/> is asked under the group's lock, so that a topic deleted meanwhile leaves
    /// no offset behind: its deletion comes by this lock as well.
    /// </summary>
    public IReadOnlyList<ErrorCode> Commit(
        MemberClaim claim, IReadOnlyList<KeyValuePair<TopicSlot, CommittedOffset>> commits, Func<TopicSlot, bool> exists)
    {
        lock (gate)
        {
            var error = MemberRules.Commit(members, claim);
            var results = commits.Select(commit => CheckCommit(commit.Key, commit.Value, exists, error)).ToArray();
            if (!offsets.Commit([.. commits.Where((_, index) => results[index] == ErrorCode.None)]))
                return [.. results.Select(result => result == ErrorCode.None ? ErrorCode.CoordinatorNotAvailable : result)];
            return results;
        }
    }

    public IReadOnlyDictionary<TopicSlot, CommittedOffset> CommittedOffsets()
    {
        lock (gate)
            return new Dictionary<TopicSlot, CommittedOffset>(offsets.All);
    }

    public CommittedOffset? CommittedOffset(TopicSlot slot)
    {
        lock (gate)
            return offsets.All.GetValueOrDefault(slot);
    }

    /// <summary>The error of the whole request, else one result per slot.</summary>
    public (ErrorCode Error, IReadOnlyList<ErrorCode> Results) DeleteOffsets(IReadOnlyList<TopicSlot> slots, Func<TopicSlot, bool> exists)
    {
        lock (gate)
        {
            if (members.State == GroupState.Dead)
                return (ErrorCode.GroupIdNotFound, []);
            var isUsed = members.State != GroupState.Empty;
            if (isUsed && members.ProtocolType != ConsumerSubscription.ProtocolType)
                return (ErrorCode.NonEmptyGroup, []);
            var subscribed = isUsed ? SubscribedTopics() : null;
            var results = slots.Select(slot => !exists(slot) ? ErrorCode.UnknownTopicOrPartition
                : isUsed && subscribed?.Contains(slot.Topic) != false ? ErrorCode.GroupSubscribedToTopic
                : ErrorCode.None).ToArray();
            return offsets.Remove([.. slots.Where((slot, index) => results[index] == ErrorCode.None && offsets.All.ContainsKey(slot))])
                ? (ErrorCode.None, results)
                : (ErrorCode.CoordinatorNotAvailable, []);
        }
    }

    public bool ForgetTopic(string topic)
    {
        lock (gate)
            return offsets.Remove([.. offsets.All.Keys.Where(slot => slot.Topic == topic)]);
    }

    /// <summary>
    /// Brings the offsets in line with the logs found at start: null means that there is no such partition any more, and an offset beyond the
    /// end of a log that lost its tail would skip what is written there next.
    /// </summary>
    public bool Reconcile(Func<TopicSlot, long?> logEnd)
    {
        lock (gate)
        {
            var found = offsets.All.Select(entry => (entry.Key, entry.Value, End: logEnd(entry.Key))).ToArray();
            return offsets.Remove([.. found.Where(each => each.End is null).Select(each => each.Key)])
                && offsets.Commit([.. found
                    .Where(each => each.End < each.Value.Offset)
                    .Select(each => KeyValuePair.Create(each.Key, each.Value with { Offset = each.End!.Value, LeaderEpoch = -1 }))]);
        }
    }

    /// <summary>Drops offsets that are over, and the group with the last of them; true when the group is gone.</summary>
    public bool Expire()
    {
        lock (gate)
        {
            var subscribed = members.State == GroupState.Stable ? SubscribedTopics() : null;
            offsets.Expire(members, subscribed, clock.GetUtcNow(), options.OffsetsRetention);
            return IsVacant && Delete() == ErrorCode.None;
        }
    }

    /// <summary>Ends a group that a refused request brought into being; true when it is gone.</summary>
    public bool EndIfUnused()
    {
        lock (gate)
        {
            if (!IsVacant || members.Generation > 0)
                return false;
            members.Die();
            return true;
        }
    }

    public ErrorCode Delete()
    {
        lock (gate)
        {
            if (members.State == GroupState.Dead)
                return ErrorCode.GroupIdNotFound;
            if (members.State != GroupState.Empty)
                return ErrorCode.NonEmptyGroup;
            if (!journal.RemoveGroup(id, offsets.All.Keys))
                return ErrorCode.CoordinatorNotAvailable;
            members.Die();
            return ErrorCode.None;
        }
    }

    public GroupDescription Describe()
    {
        lock (gate)
        {
            var isStable = members.State == GroupState.Stable;
            return new(id, members.State)
            {
                ProtocolType = members.ProtocolType ?? "",
                ProtocolName = isStable ? members.ProtocolName ?? "" : "",
                Members = [.. members.Members.All.Select(member => new GroupDescription.MemberDescription(
                    member.Id, member.InstanceId, member.ClientId, member.ClientHost,
                    isStable ? member.MetadataFor(members.ProtocolName) : [],
                    isStable ? member.Assignment : []))],
            };
        }
    }

    public void Restore(
        int generation, string? protocolType, string? protocolName, string? leaderId, DateTimeOffset stateSince, IReadOnlyList<Member> saved)
    {
        lock (gate)
            members.Restore(generation, protocolType, protocolName, leaderId, stateSince, saved);
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
            members.Die();
        timer.Dispose();
    }

    private bool IsVacant => members is { State: GroupState.Empty, PendingIds: 0 } && offsets.Count == 0;

    private ErrorCode CheckSync(SyncRequest request, out Member? member)
    {
        var error = MemberRules.Authenticate(members, request.Claim, out member);
        if (error != ErrorCode.None)
            return error;
        if ((request.ProtocolType is not null && request.ProtocolType != members.ProtocolType)
            || (request.ProtocolName is not null && request.ProtocolName != members.ProtocolName))
            return ErrorCode.InconsistentGroupProtocol;
        if (members.State == GroupState.PreparingRebalance)
            return ErrorCode.RebalanceInProgress;
        var bytes = request.Assignments.Values.Sum(assignment => (long)assignment.Length);
        return bytes > options.MaxGroupBytes ? ErrorCode.InvalidRequest : ErrorCode.None;
    }

    private ErrorCode CheckCommit(TopicSlot slot, CommittedOffset offset, Func<TopicSlot, bool> exists, ErrorCode groupError) =>
        !exists(slot) ? ErrorCode.UnknownTopicOrPartition
        : groupError != ErrorCode.None ? groupError
        : offset.Metadata.Length > options.MaxOffsetMetadataLength ? ErrorCode.OffsetMetadataTooLarge
        : ErrorCode.None;

    /// <summary>What all members of a consumer group read together; null when one of them cannot be understood.</summary>
    private HashSet<string>? SubscribedTopics()
    {
        if (members.ProtocolType != ConsumerSubscription.ProtocolType)
            return null;
        var topics = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in members.Members.All)
        {
            // Before a generation exists no protocol is chosen; every one of a consumer starts with the same list.
            var metadata = members.ProtocolName is null ? member.Protocols[0].Metadata : member.MetadataFor(members.ProtocolName);
            if (ConsumerSubscription.Topics(metadata) is not { } own)
                return null;
            topics.UnionWith(own);
        }
        return topics;
    }

    private bool Save() => journal.SaveGroup(id, members);

    private void Tick()
    {
        lock (gate)
        {
            if (members.State != GroupState.Dead)
                members.Tick();
        }
    }
}
