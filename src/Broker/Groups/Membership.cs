using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Groups;

/// <summary>
/// The members, state and generation of one group, and the rebalance that leads from one generation to the next. It knows what happens;
/// whether a request may make it happen is decided by its <see cref="Group"/>, which also holds the lock.
/// </summary>
internal sealed class Membership(
    string groupId, GroupOptions options, TimeProvider clock, GroupTimer timer, GroupJournal journal, ILogger logger)
{
    private TimeSpan rebalanceStarted;

    /// <summary>Until when a rebalance waits for joins, and a new generation for the syncs of its members.</summary>
    private TimeSpan? deadline;

    public MemberList Members { get; } = new();

    public GroupState State { get; private set; } = GroupState.Empty;

    public DateTimeOffset StateSince { get; private set; } = clock.GetUtcNow();

    public int Generation { get; private set; }

    /// <summary>"consumer" or what else the members are; null for a group that never had any.</summary>
    public string? ProtocolType { get; private set; }

    /// <summary>The strategy agreed on; null without a generation.</summary>
    public string? ProtocolName { get; private set; }

    public string? LeaderId { get; private set; }

    /// <summary>Takes over what was saved; sessions start anew, so a short restart of the broker goes unnoticed.</summary>
    public void Restore(SavedGroup saved)
    {
        (Generation, ProtocolType, ProtocolName, LeaderId, StateSince, var members) = saved;
        foreach (var member in members)
        {
            Members.Add(member);
            Renew(member);
        }
        State = Members.Count == 0 ? GroupState.Empty : GroupState.Stable;
    }

    /// <summary>Writes the group down as it is; false when the disk refuses.</summary>
    public bool Save() => journal.SaveGroup(groupId, new(Generation, ProtocolType, ProtocolName, LeaderId, StateSince, Members.All));

    public void AddPendingId(string memberId, TimeSpan sessionTimeout) => Members.PendingIds[memberId] = timer.After(sessionTimeout);

    public void RemovePendingId(string memberId)
    {
        if (Members.PendingIds.Remove(memberId))
            TryCompleteJoin();
    }

    public Task<JoinAnswer> Admit(JoinRequest request, string memberId)
    {
        Members.PendingIds.Remove(memberId);
        if (Members.Count == 0)
            ProtocolType = request.ProtocolType;
        LeaderId ??= memberId;
        var member = new Member(memberId)
        {
            InstanceId = request.InstanceId, IsNew = true, Deadline = timer.After(options.NewMemberJoinTimeout),
        };
        Members.Add(member);
        return Rejoin(member, request);
    }

    public Task<JoinAnswer> Rejoin(Member member, JoinRequest request)
    {
        Members.Update(member, request);
        return ParkAndRebalance(member);
    }

    /// <summary>A static member came back without its id: it takes over its place under a new one, and the old id is fenced.</summary>
    public Member Replace(Member old, JoinRequest request, string newId)
    {
        var leaderId = LeaderId == old.Id ? newId : LeaderId;
        Discard(old, ErrorCode.FencedInstanceId);
        var member = new Member(newId)
        {
            InstanceId = old.InstanceId, IsNew = old.IsNew, Deadline = old.Deadline, Assignment = old.Assignment, OwesSync = old.OwesSync,
        };
        Members.Add(member);
        Members.Update(member, request);
        LeaderId = leaderId;
        Renew(member);
        return member;
    }

    public void Renew(Member member)
    {
        if (!member.IsNew)
            member.Deadline = timer.After(member.SessionTimeout);
    }

    public Task<JoinAnswer> ParkAndRebalance(Member member)
    {
        var answer = Members.ParkJoin(member);
        Rebalance();
        // A running rebalance gives everybody the time its slowest member asks for.
        if (State == GroupState.PreparingRebalance && rebalanceStarted + member.RebalanceTimeout > deadline)
            deadline = rebalanceStarted + member.RebalanceTimeout;
        return answer;
    }

    public void Depart(Member member)
    {
        Discard(member, ErrorCode.UnknownMemberId);
        Rebalance();
    }

    public SyncAnswer SyncAnswerFor(Member member)
    {
        member.OwesSync = false;
        Renew(member);
        return new(ErrorCode.None) { ProtocolType = ProtocolType, ProtocolName = ProtocolName, Assignment = member.Assignment };
    }

    /// <summary>The leader has spoken: everybody who waits gets an assignment, and the generation is written down.</summary>
    public void Distribute(IReadOnlyDictionary<string, byte[]> assignments)
    {
        foreach (var member in Members.All)
            member.Assignment = assignments.GetValueOrDefault(member.Id, []);
        Enter(GroupState.Stable);
        if (!Save())
        {
            // What a restart would forget must not be handed out: everybody joins again instead.
            Prepare(ErrorCode.CoordinatorNotAvailable);
            return;
        }
        foreach (var member in Members.All)
            if (member.Sync is not null)
                member.AnswerSync(SyncAnswerFor(member));
    }

    /// <summary>Acts on every deadline that has passed and arms the timer for the next one.</summary>
    public void Tick()
    {
        timer.Fired();
        var now = timer.Now;
        foreach (var (id, until) in Members.PendingIds)
            if (until <= now)
                Members.PendingIds.Remove(id);
        var syncIsOver = State != GroupState.PreparingRebalance && deadline <= now;
        if (syncIsOver)
            deadline = null;
        var gone = Members.All.Where(member => (member.CanExpire && member.Deadline <= now) || (syncIsOver && member.OwesSync)).ToArray();
        foreach (var member in gone)
        {
            logger.MemberExpired(groupId, member.Id, Generation);
            Discard(member, ErrorCode.UnknownMemberId);
        }
        if (gone.Length > 0)
            Rebalance();
        else
            TryCompleteJoin();
        if (State == GroupState.PreparingRebalance && deadline <= now)
            CompleteJoin();
        foreach (var next in Members.Deadlines)
            timer.Arm(next);
        timer.Arm(deadline ?? TimeSpan.MaxValue);
    }

    /// <summary>The group is gone, or the broker stops: whoever waits looks for the group again.</summary>
    public void Die()
    {
        foreach (var member in Members.All)
            Members.Refuse(member, ErrorCode.CoordinatorNotAvailable);
        Enter(GroupState.Dead);
        timer.Dispose();
    }

    /// <summary>Starts a rebalance unless one runs, and ends it at once when nobody is missing.</summary>
    private void Rebalance()
    {
        if (State is GroupState.Empty or GroupState.CompletingRebalance or GroupState.Stable)
            Prepare(ErrorCode.RebalanceInProgress);
        TryCompleteJoin();
    }

    private void Prepare(ErrorCode toWaiting)
    {
        foreach (var member in Members.All)
        {
            member.AnswerSync(new(toWaiting));
            member.OwesSync = false;
        }
        rebalanceStarted = timer.Now;
        deadline = timer.After(Members.RebalanceTime);
        Enter(GroupState.PreparingRebalance);
    }

    private void TryCompleteJoin()
    {
        if (State == GroupState.PreparingRebalance && Members.AwaitingJoin == Members.Count && Members.PendingIds.Count == 0)
            CompleteJoin();
    }

    private void CompleteJoin()
    {
        // Static members keep their place until their session ends, whether they joined again or not.
        foreach (var member in Members.All.Where(member => member.Join is null && member.InstanceId is null).ToArray())
            Discard(member, ErrorCode.UnknownMemberId);
        if (Members.Count == 0)
        {
            (Generation, ProtocolName, LeaderId, deadline) = (Generation + 1, null, null, null);
            Enter(GroupState.Empty);
            logger.GroupEmpty(groupId, Generation);
            Save();
            return;
        }
        var joined = Members.All.Where(member => member.Join is not null).ToArray();
        if (joined.Length == 0)
        {
            deadline = timer.After(Members.RebalanceTime);
            return;
        }
        if (!joined.Any(member => member.Id == LeaderId))
            LeaderId = joined[0].Id;
        (Generation, ProtocolName, deadline) = (Generation + 1, Members.Vote(), timer.After(Members.RebalanceTime));
        Enter(GroupState.CompletingRebalance);
        logger.GroupRebalanced(groupId, Generation, Members.Count, ProtocolName);
        foreach (var member in joined)
        {
            (member.IsNew, member.OwesSync) = (false, true);
            Renew(member);
            Members.AnswerJoin(member, JoinAnswer.Of(this, member));
        }
    }

    private void Discard(Member member, ErrorCode toWaiting)
    {
        Members.Refuse(member, toWaiting);
        Members.Remove(member);
        if (LeaderId == member.Id)
            LeaderId = Members.All.FirstOrDefault()?.Id;
    }

    private void Enter(GroupState state)
    {
        State = state;
        StateSince = clock.GetUtcNow();
    }
}
