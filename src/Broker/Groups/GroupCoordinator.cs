using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Groups;

/// <summary>All consumer groups of the broker. May be used by many threads; groups do not wait for each other.</summary>
internal sealed class GroupCoordinator : IDisposable
{
    private const string JournalName = "groups.journal";

    private readonly Lock gate = new();
    private readonly Dictionary<string, Group> groups = new(StringComparer.Ordinal);
    private readonly GroupOptions options;
    private readonly TimeProvider clock;
    private readonly GroupJournal journal;
    private readonly Func<TopicSlot, bool> exists;
    private readonly ILogger logger;
    private readonly ITimer expiry;
    private readonly ITimer? flush;

    /// <summary>
    /// Opens what was kept in the folder. <paramref name="exists"/> says whether the broker has a partition; it is asked under the lock of a
    /// group and so must not wait for anybody who calls in here.
    /// </summary>
    public GroupCoordinator(
        string folder, IDisk disk, GroupOptions options, TimeProvider clock, Func<TopicSlot, bool> exists, ILogger logger)
    {
        (this.options, this.clock, this.exists, this.logger) = (options, clock, exists, logger);
        journal = new(Journal.Open(Path.Combine(folder, JournalName), disk, logger), options.Flush == FlushPolicy.Always, logger);
        journal.Load((id, saved) => OpenGroup(id).Restore(saved), (id, slot, offset) => OpenGroup(id).Restore(slot, offset));
        expiry = clock.CreateTimer(_ => ExpireOffsets(), null, options.OffsetsRetentionCheckInterval, options.OffsetsRetentionCheckInterval);
        if (options.Flush == FlushPolicy.Interval)
            flush = clock.CreateTimer(_ => journal.Flush(), null, LogUpkeep.FlushInterval, LogUpkeep.FlushInterval);
    }

    public int Count
    {
        get
        {
            lock (gate)
                return groups.Count;
        }
    }

    public Task<JoinAnswer> JoinAsync(JoinRequest request)
    {
        var error = JoinRules.Check(options, request);
        if (error != ErrorCode.None)
            return request.Refuse(error);
        if (Find(request.GroupId) is { } known)
            return known.Join(request);
        if (request.MemberId.Length > 0)
            return request.Refuse(ErrorCode.UnknownMemberId);
        if (FindOrCreate(request.GroupId) is not { } group)
            return request.Refuse(ErrorCode.GroupMaxSizeReached);
        var answer = group.Join(request);
        Drop(group, group.EndIfUnused());
        return answer;
    }

    public Task<SyncAnswer> SyncAsync(SyncRequest request) =>
        Find(request.GroupId)?.Sync(request) ?? Task.FromResult(new SyncAnswer(ErrorForMissing(request.GroupId)));

    public ErrorCode Heartbeat(string groupId, MemberClaim claim) => Find(groupId)?.Heartbeat(claim) ?? ErrorForMissing(groupId);

    /// <summary>The error of the whole request, else one result per member, in order.</summary>
    public (ErrorCode Error, IReadOnlyList<ErrorCode> Results) Leave(string groupId, IReadOnlyList<MemberClaim> leaving)
    {
        if (groupId.Length == 0)
            return (ErrorCode.InvalidGroupId, []);
        return Find(groupId)?.Leave(leaving) ?? (ErrorCode.None, [.. leaving.Select(_ => ErrorCode.UnknownMemberId)]);
    }

    /// <summary>One result per offset, in order. A group nobody is a member of begins with its first commit.</summary>
    public IReadOnlyList<ErrorCode> Commit(string groupId, MemberClaim claim, IReadOnlyList<(TopicSlot Slot, CommittedOffset Offset)> commits)
    {
        var (group, error) = GroupForCommit(groupId, isMember: claim.Generation >= 0);
        if (group is null)
            return [.. commits.Select(commit => exists(commit.Slot) ? error : ErrorCode.UnknownTopicOrPartition)];
        var results = group.Commit(claim, commits, exists);
        Drop(group, group.EndIfUnused());
        return results;
    }

    /// <summary>Nothing for an unknown group.</summary>
    public IReadOnlyDictionary<TopicSlot, CommittedOffset> Committed(string groupId) =>
        Find(groupId)?.CommittedOffsets() ?? new Dictionary<TopicSlot, CommittedOffset>();

    /// <summary>The error of the whole request, else one result per slot, in order.</summary>
    public (ErrorCode Error, IReadOnlyList<ErrorCode> Results) DeleteOffsets(string groupId, IReadOnlyList<TopicSlot> slots) =>
        Find(groupId)?.DeleteOffsets(slots, exists) ?? (ErrorCode.GroupIdNotFound, []);

    /// <summary>A group that does not exist is described as a dead one, as tools expect.</summary>
    public GroupDescription Describe(string groupId) => Find(groupId)?.Describe() ?? new(groupId, GroupState.Dead, "", "", []);

    public IReadOnlyList<GroupDescription> List() =>
        [.. All().Select(group => group.Describe()).Where(group => group.State != GroupState.Dead)];

    public ErrorCode Delete(string groupId)
    {
        if (Find(groupId) is not { } group)
            return ErrorCode.GroupIdNotFound;
        var error = group.Delete();
        Drop(group, error == ErrorCode.None);
        return error;
    }

    /// <summary>Removes the offsets of a deleted topic. To be called when <c>exists</c> denies the topic already.</summary>
    public void ForgetTopic(string topic)
    {
        foreach (var group in All())
            group.ForgetTopic(topic);
    }

    /// <summary>To be called once at start: forgets offsets of partitions that are gone and takes back those beyond the end of a log.</summary>
    public void Reconcile(Func<TopicSlot, long?> logEnd)
    {
        foreach (var group in All())
            group.Reconcile(logEnd);
    }

    public void ExpireOffsets()
    {
        foreach (var group in All())
            Drop(group, group.Expire());
    }

    public void Dispose()
    {
        expiry.Dispose();
        flush?.Dispose();
        foreach (var group in All())
            group.Dispose();
        journal.Dispose();
    }

    /// <summary>Members need a group with a name; one nobody knows has no members.</summary>
    private static ErrorCode ErrorForMissing(string groupId) => groupId.Length == 0 ? ErrorCode.InvalidGroupId : ErrorCode.UnknownMemberId;

    private (Group? Group, ErrorCode Error) GroupForCommit(string groupId, bool isMember)
    {
        // Without a name there are no members, but offsets: old clients use that.
        if (groupId.Length > options.MaxNameLength)
            return (null, ErrorCode.InvalidGroupId);
        var group = isMember ? Find(groupId) : FindOrCreate(groupId);
        return (group, isMember ? ErrorCode.GroupIdNotFound : ErrorCode.PolicyViolation);
    }

    private Group? Find(string groupId)
    {
        lock (gate)
            return groups.GetValueOrDefault(groupId);
    }

    private Group? FindOrCreate(string groupId)
    {
        lock (gate)
            return groups.ContainsKey(groupId) || groups.Count < options.MaxGroups ? OpenGroup(groupId) : null;
    }

    private Group OpenGroup(string groupId)
    {
        if (!groups.TryGetValue(groupId, out var group))
            groups.Add(groupId, group = new(groupId, options, clock, journal, logger));
        return group;
    }

    private void Drop(Group group, bool isGone)
    {
        if (!isGone)
            return;
        lock (gate)
            groups.Remove(group.Id);
    }

    private Group[] All()
    {
        lock (gate)
            return [.. groups.Values];
    }
}

/// <summary>What the groups log: event ids 2150 to 2159.</summary>
internal static partial class GroupEvents
{
    [LoggerMessage(2151, LogLevel.Error, "The disk refuses to keep group {Group}; its clients are told to try again")]
    public static partial void GroupNotSaved(this ILogger logger, string group, Exception failure);

    [LoggerMessage(2153, LogLevel.Information, "Group {Group} begins generation {Generation} with {Members} members and {Protocol}")]
    public static partial void GroupRebalanced(this ILogger logger, string group, int generation, int members, string protocol);

    [LoggerMessage(2154, LogLevel.Information, "Group {Group} is empty since generation {Generation}")]
    public static partial void GroupEmpty(this ILogger logger, string group, int generation);

    [LoggerMessage(2155, LogLevel.Information, "Member {Member} of group {Group} did not show up in time in generation {Generation}")]
    public static partial void MemberExpired(this ILogger logger, string group, string member, int generation);

    [LoggerMessage(
        2156, LogLevel.Error, "The disk refuses to flush the group journal; a power loss may cost what was committed since the last flush")]
    public static partial void GroupJournalNotFlushed(this ILogger logger, Exception failure);
}
