using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Groups;

/// <summary>
/// The members, state and generation of one group, and the rebalance that leads from one generation to the next. It knows what happens;
/// whether a request may make it happen is decided by its <see cref="Group"/>, which also holds the lock.
/// </summary>
internal sealed class Membership
{
    /// <summary>A rebalance that may take no time at all would have the timer spin while a silent static member keeps its place.</summary>
    private static readonly TimeSpan MinRebalanceTime = TimeSpan.FromSeconds(1);

    private readonly string groupId;
    private readonly GroupOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly GroupTimer timer;
    private readonly Func<bool> save;
    private readonly Dictionary<string, TimeSpan> pendingIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> awaitingSync = new(StringComparer.Ordinal);
    private TimeSpan rebalanceStarted;
    private TimeSpan? joinDeadline;
    private TimeSpan? syncDeadline;
    private bool isGathering;
    private bool hasNewcomers;

    public Membership(string groupId, GroupOptions options, TimeProvider clock, GroupTimer timer, Func<bool> save, ILogger logger)
    {
        (this.groupId, this.options, this.clock, this.timer, this.save, this.logger) = (groupId, options, clock, timer, save, logger);
        StateSince = clock.GetUtcNow();
    }

    public Roster Members { get; } = new();

    public GroupState State { get; private set; } = GroupState.Empty;

    public DateTimeOffset StateSince { get; private set; }

    public int Generation { get; private set; }

    /// <summary>"consumer" or what else the members are; null for a group that never had any.</summary>
    public string? ProtocolType { get; private set; }

    /// <summary>The strategy agreed on; null without a generation.</summary>
    public string? ProtocolName { get; private set; }

    public string? LeaderId { get; private set; }

    /// <summary>Member ids given out to clients that have not come back with them yet.</summary>
    public int PendingIds => pendingIds.Count;

    private TimeSpan Now => timer.Now;

    private TimeSpan RebalanceTime => Members.MaxRebalanceTimeout > MinRebalanceTime ? Members.MaxRebalanceTimeout : MinRebalanceTime;

    /// <summary>Takes over what was saved; sessions start anew, so a short restart of the broker goes unnoticed.</summary>
    public void Restore(
        int generation, string? protocolType, string? protocolName, string? leaderId, DateTimeOffset stateSince, IEnumerable<Member> members)
    {
        (Generation, ProtocolType, ProtocolName, LeaderId, StateSince) = (generation, protocolType, protocolName, leaderId, stateSince);
        foreach (var member in members)
        {
            Members.Add(member);
            Renew(member);
        }
        State = Members.Count == 0 ? GroupState.Empty : GroupState.Stable;
    }

    public void AddPendingId(string memberId, TimeSpan sessionTimeout) => pendingIds[memberId] = ArmAt(Now + sessionTimeout);

    public bool IsPending(string memberId) => pendingIds.ContainsKey(memberId);

    public void RemovePendingId(string memberId)
    {
        if (pendingIds.Remove(memberId))
            TryCompleteJoin();
    }

    public Task<JoinAnswer> Admit(JoinRequest request, string memberId)
    {
        pendingIds.Remove(memberId);
        if (Members.Count == 0)
            ProtocolType = request.ProtocolType;
        var member = new Member(memberId)
        {
            InstanceId = request.InstanceId, IsNew = true, Deadline = ArmAt(Now + options.NewMemberJoinTimeout),
        };
        Members.Add(member);
        Members.Update(member, request);
        LeaderId ??= memberId;
        hasNewcomers = true;
        return ParkAndRebalance(member);
    }

    public Task<JoinAnswer> Rejoin(Member member, JoinRequest request)
    {
        Members.Update(member, request);
        return ParkAndRebalance(member);
    }

    /// <summary>A static member came back without its id: it takes over its place under a new one, and the old id is fenced.</summary>
    public Member Replace(Member old, JoinRequest request, string newId)
    {
        var wasLeader = LeaderId == old.Id;
        var awaitedSync = awaitingSync.Contains(old.Id);
        Discard(old, ErrorCode.FencedInstanceId);
        var member = new Member(newId)
        {
            InstanceId = old.InstanceId, IsNew = old.IsNew, Deadline = old.Deadline, Assignment = old.Assignment,
        };
        Members.Add(member);
        Members.Update(member, request);
        if (wasLeader)
            LeaderId = newId;
        if (awaitedSync)
            awaitingSync.Add(newId);
        Renew(member);
        return member;
    }

    /// <summary>Writes down a change inside a stable generation; false when the disk refuses.</summary>
    public bool Save() => save();

    public void Renew(Member member)
    {
        if (!member.IsNew)
            member.Deadline = ArmAt(Now + member.SessionTimeout);
    }

    public Task<JoinAnswer> ParkAndRebalance(Member member)
    {
        var answer = Members.ParkJoin(member);
        Rebalance();
        // A running rebalance gives everybody the time its slowest member asks for.
        if (joinDeadline is { } deadline && !isGathering && rebalanceStarted + member.RebalanceTimeout > deadline)
            joinDeadline = rebalanceStarted + member.RebalanceTimeout;
        return answer;
    }

    /// <summary>Starts a rebalance unless one runs, and ends it at once when nobody is missing.</summary>
    public void Rebalance()
    {
        if (State is GroupState.Empty or GroupState.CompletingRebalance or GroupState.Stable)
            Prepare(ErrorCode.RebalanceInProgress);
        TryCompleteJoin();
    }

    public void Depart(Member member)
    {
        Discard(member, ErrorCode.UnknownMemberId);
        Rebalance();
    }

    public Task<SyncAnswer> ParkSync(Member member)
    {
        awaitingSync.Remove(member.Id);
        member.Sync?.SetResult(new(ErrorCode.RebalanceInProgress));
        member.Sync = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return member.Sync.Task;
    }

    public SyncAnswer SyncAnswerFor(Member member)
    {
        awaitingSync.Remove(member.Id);
        Renew(member);
        return new(ErrorCode.None) { ProtocolType = ProtocolType, ProtocolName = ProtocolName, Assignment = member.Assignment };
    }

    /// <summary>The leader has spoken: everybody who waits gets an assignment, and the generation is written down.</summary>
    public void Distribute(IReadOnlyDictionary<string, byte[]> assignments)
    {
        foreach (var member in Members.All)
            member.Assignment = assignments.GetValueOrDefault(member.Id, []);
        Enter(GroupState.Stable);
        if (!save())
        {
            // What a restart would forget must not be handed out: everybody joins again instead.
            Prepare(ErrorCode.CoordinatorNotAvailable);
            return;
        }
        foreach (var member in Members.All)
            if (member.Sync is not null)
                AnswerSync(member, SyncAnswerFor(member));
    }

    /// <summary>Acts on every deadline that has passed and arms the timer for the next one.</summary>
    public void Tick()
    {
        timer.Fired();
        var now = Now;
        foreach (var id in pendingIds.Where(pending => pending.Value <= now).Select(pending => pending.Key).ToArray())
            pendingIds.Remove(id);
        var gone = Members.All.Where(member => member.CanExpire && member.Deadline <= now).ToHashSet();
        if (syncDeadline <= now)
        {
            syncDeadline = null;
            gone.UnionWith(awaitingSync.Select(Members.Find).OfType<Member>());
        }
        foreach (var member in gone)
        {
            logger.MemberExpired(groupId, member.Id, Generation);
            Discard(member, ErrorCode.UnknownMemberId);
        }
        if (gone.Count > 0)
            Rebalance();
        else
            TryCompleteJoin();
        if (joinDeadline <= now)
            JoinTimeIsUp(now);
        ArmForNext();
    }

    /// <summary>The group is gone, or the broker stops: whoever waits looks for the group again.</summary>
    public void Die()
    {
        foreach (var member in Members.All)
        {
            Members.AnswerJoin(member, new(ErrorCode.CoordinatorNotAvailable, member.Id));
            AnswerSync(member, new(ErrorCode.CoordinatorNotAvailable));
        }
        Enter(GroupState.Dead);
        timer.Dispose();
    }

    private void Prepare(ErrorCode toWaiting)
    {
        foreach (var member in Members.All)
            AnswerSync(member, new(toWaiting));
        awaitingSync.Clear();
        syncDeadline = null;
        isGathering = State == GroupState.Empty && options.InitialRebalanceDelay > TimeSpan.Zero;
        hasNewcomers = false;
        rebalanceStarted = Now;
        joinDeadline = ArmAt(Now + (isGathering ? options.InitialRebalanceDelay : RebalanceTime));
        Enter(GroupState.PreparingRebalance);
    }

    private void TryCompleteJoin()
    {
        if (State == GroupState.PreparingRebalance && !isGathering && Members.AwaitingJoin == Members.Count && pendingIds.Count == 0)
            CompleteJoin();
    }

    private void JoinTimeIsUp(TimeSpan now)
    {
        var left = rebalanceStarted + RebalanceTime - now;
        if (isGathering && hasNewcomers && left > TimeSpan.Zero)
        {
            hasNewcomers = false;
            joinDeadline = now + (left < options.InitialRebalanceDelay ? left : options.InitialRebalanceDelay);
        }
        else
        {
            CompleteJoin();
        }
    }

    private void CompleteJoin()
    {
        isGathering = false;
        // Static members keep their place until their session ends, whether they joined again or not.
        foreach (var member in Members.All.Where(member => member.Join is null && member.InstanceId is null).ToArray())
            Discard(member, ErrorCode.UnknownMemberId);
        if (Members.Count == 0)
        {
            (Generation, ProtocolName, LeaderId, joinDeadline) = (Generation + 1, null, null, null);
            Enter(GroupState.Empty);
            logger.GroupEmpty(groupId, Generation);
            save();
            return;
        }
        if (Members.Find(LeaderId ?? "")?.Join is null)
        {
            if (Members.All.FirstOrDefault(member => member.Join is not null) is not { } leader)
            {
                joinDeadline = ArmAt(Now + RebalanceTime);
                return;
            }
            LeaderId = leader.Id;
        }
        (Generation, ProtocolName, joinDeadline) = (Generation + 1, Members.Vote(), null);
        Enter(GroupState.CompletingRebalance);
        logger.GroupRebalanced(groupId, Generation, Members.Count, ProtocolName);
        syncDeadline = ArmAt(Now + RebalanceTime);
        foreach (var member in Members.All.Where(member => member.Join is not null))
        {
            member.IsNew = false;
            awaitingSync.Add(member.Id);
            Renew(member);
            Members.AnswerJoin(member, CurrentAnswerFor(member));
        }
    }

    /// <summary>What a member of the current generation is told; the list of members only when it leads.</summary>
    public JoinAnswer CurrentAnswerFor(Member member) => new(ErrorCode.None, member.Id)
    {
        Generation = Generation,
        ProtocolType = ProtocolType,
        ProtocolName = ProtocolName,
        LeaderId = LeaderId ?? "",
        Members = member.Id == LeaderId
            ? [.. Members.All.Select(each => new JoinAnswer.Joined(each.Id, each.InstanceId, each.MetadataFor(ProtocolName)))]
            : [],
    };

    private void Discard(Member member, ErrorCode toWaiting)
    {
        Members.AnswerJoin(member, new(toWaiting, member.Id));
        AnswerSync(member, new(toWaiting));
        Members.Remove(member);
        awaitingSync.Remove(member.Id);
        if (LeaderId == member.Id)
            LeaderId = Members.All.FirstOrDefault()?.Id;
    }

    private static void AnswerSync(Member member, SyncAnswer answer)
    {
        var parked = member.Sync;
        member.Sync = null;
        parked?.SetResult(answer);
    }

    private void Enter(GroupState state)
    {
        State = state;
        StateSince = clock.GetUtcNow();
    }

    private TimeSpan ArmAt(TimeSpan deadline)
    {
        timer.Arm(deadline);
        return deadline;
    }

    private void ArmForNext()
    {
        foreach (var member in Members.All)
            if (member.CanExpire)
                timer.Arm(member.Deadline);
        foreach (var deadline in pendingIds.Values)
            timer.Arm(deadline);
        timer.Arm(joinDeadline ?? TimeSpan.MaxValue);
        timer.Arm(syncDeadline ?? TimeSpan.MaxValue);
    }
}
