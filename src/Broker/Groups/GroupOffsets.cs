namespace StockPipeline.Broker.Groups;

/// <summary>The committed offsets of one group: on disk first, then in memory. Not thread safe; its <see cref="Group"/> holds the lock.</summary>
internal sealed class GroupOffsets(string groupId, GroupJournal journal)
{
    private readonly Dictionary<TopicSlot, CommittedOffset> offsets = [];

    public IReadOnlyDictionary<TopicSlot, CommittedOffset> All => offsets;

    public void Restore(TopicSlot slot, CommittedOffset offset) => offsets[slot] = offset;

    /// <summary>Applies all changes (null removes) or, when the disk refuses, none.</summary>
    public bool Apply(IReadOnlyCollection<(TopicSlot Slot, CommittedOffset? Offset)> changes)
    {
        if (!journal.SaveOffsets(groupId, changes))
            return false;
        foreach (var (slot, offset) in changes)
        {
            if (offset is null)
                offsets.Remove(slot);
            else
                offsets[slot] = offset;
        }
        return true;
    }

    public bool Remove(IEnumerable<TopicSlot> slots) => Apply([.. slots.Select(slot => (slot, default(CommittedOffset)))]);

    /// <summary>
    /// Drops what nobody came back for. An empty group keeps everything until it has been empty for the retention, a living one drops
    /// topics it no longer reads, a group that never had members goes by the age of each commit.
    /// </summary>
    public void Expire(Membership members, IReadOnlySet<string>? subscribed, DateTimeOffset now, TimeSpan retention)
    {
        var emptySince = members is { State: GroupState.Empty, ProtocolType: not null } ? members.StateSince : DateTimeOffset.MinValue;
        if (members.State == GroupState.Empty || (members.State == GroupState.Stable && subscribed is not null))
            Remove(offsets.Where(entry => IsOver(entry.Key, entry.Value)).Select(entry => entry.Key));

        bool IsOver(TopicSlot slot, CommittedOffset offset)
        {
            if (subscribed is not null && subscribed.Contains(slot.Topic))
                return false;
            // An offset an administrator sets in a group long empty is young, however old the emptiness.
            var lastUse = offset.CommittedAt > emptySince ? offset.CommittedAt : emptySince;
            return (offset.ExpiresAt ?? lastUse + retention) <= now;
        }
    }
}

/// <summary>How far a group has come in one partition. <paramref name="ExpiresAt"/> is set only by clients of old that choose a retention.</summary>
internal sealed record CommittedOffset(long Offset, int LeaderEpoch, string Metadata, DateTimeOffset CommittedAt, DateTimeOffset? ExpiresAt = null);

/// <summary>One partition of one topic, by name.</summary>
internal readonly record struct TopicSlot(string Topic, int Partition);
