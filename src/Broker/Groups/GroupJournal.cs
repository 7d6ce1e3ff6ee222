using System.Globalization;
using StockPipeline.Broker.Storage;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Groups;

/// <summary>
/// Groups and their offsets on disk. A refusal of the disk is logged here and reported as false, so that the client is told and nothing is
/// acknowledged that a restart would not find.
/// </summary>
internal sealed class GroupJournal(Journal journal, bool flushEveryCommit, ILogger logger) : IDisposable
{
    private const string GroupPrefix = "g/";
    private const string OffsetPrefix = "o/";
    private const byte Layout = 1;

    /// <summary>Hands over everything that is kept.</summary>
    public void Load(Action<string, SavedGroup> group, Action<string, TopicSlot, CommittedOffset> offset)
    {
        foreach (var (key, value) in journal.Entries())
            if (key.StartsWith(GroupPrefix, StringComparison.Ordinal))
                group(key[GroupPrefix.Length..], ReadGroup(value));
            else if (key.StartsWith(OffsetPrefix, StringComparison.Ordinal))
                ReadOffset(key, value, offset);
    }

    public bool SaveGroup(string groupId, SavedGroup group)
    {
        using var record = new WireWriter(flexible: true);
        record.WriteUInt8(Layout);
        record.WriteInt32(group.Generation);
        record.WriteNullableString(group.ProtocolType);
        record.WriteNullableString(group.ProtocolName);
        record.WriteNullableString(group.LeaderId);
        record.WriteInt64(group.StateSince.ToUnixTimeMilliseconds());
        record.WriteLength(group.Members.Count);
        foreach (var member in group.Members)
        {
            record.WriteString(member.Id);
            record.WriteNullableString(member.InstanceId);
            record.WriteString(member.ClientId);
            record.WriteString(member.ClientHost);
            record.WriteInt64((long)member.SessionTimeout.TotalMilliseconds);
            record.WriteInt64((long)member.RebalanceTimeout.TotalMilliseconds);
            record.WriteBytes(member.Assignment);
            record.WriteLength(member.Protocols.Count);
            foreach (var protocol in member.Protocols)
            {
                record.WriteString(protocol.Name);
                record.WriteBytes(protocol.Metadata);
            }
        }
        return Apply(groupId, [new(GroupPrefix + groupId, record.Written.ToArray())]);
    }

    /// <summary>Null removes.</summary>
    public bool SaveOffsets(string groupId, IEnumerable<(TopicSlot Slot, CommittedOffset? Offset)> offsets) =>
        Apply(groupId, [.. offsets.Select(each => KeyValuePair.Create(KeyOf(groupId, each.Slot), each.Offset is null ? null : Encode(each.Offset)))]);

    public bool RemoveGroup(string groupId, IEnumerable<TopicSlot> slots) =>
        Apply(groupId, [.. slots.Select(slot => KeyValuePair.Create(KeyOf(groupId, slot), default(byte[]))), new(GroupPrefix + groupId, null)]);

    public void Flush()
    {
        try
        {
            journal.Flush();
        }
        catch (IOException failure)
        {
            logger.GroupJournalNotFlushed(failure);
        }
    }

    public void Dispose() => journal.Dispose();

    /// <summary>Topic names hold no slash, so the group, which may hold anything, comes last.</summary>
    private static string KeyOf(string groupId, TopicSlot slot) =>
        string.Create(CultureInfo.InvariantCulture, $"{OffsetPrefix}{slot.Partition}/{slot.Topic}/{groupId}");

    private static byte[] Encode(CommittedOffset offset)
    {
        using var record = new WireWriter(flexible: true);
        record.WriteUInt8(Layout);
        record.WriteInt64(offset.Offset);
        record.WriteInt32(offset.LeaderEpoch);
        record.WriteString(offset.Metadata);
        record.WriteInt64(offset.CommittedAt.ToUnixTimeMilliseconds());
        record.WriteInt64(offset.ExpiresAt?.ToUnixTimeMilliseconds() ?? -1);
        return record.Written.ToArray();
    }

    private static void ReadOffset(string key, byte[] value, Action<string, TopicSlot, CommittedOffset> found)
    {
        var parts = key.Split('/', 4);
        var record = Open(value);
        var offset = record.ReadInt64();
        var leaderEpoch = record.ReadInt32();
        var metadata = record.ReadString();
        var committedAt = DateTimeOffset.FromUnixTimeMilliseconds(record.ReadInt64());
        var expiresAt = record.ReadInt64();
        found(
            parts[3],
            new(parts[2], int.Parse(parts[1], CultureInfo.InvariantCulture)),
            new(offset, leaderEpoch, metadata, committedAt, expiresAt < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(expiresAt)));
    }

    private static SavedGroup ReadGroup(byte[] value)
    {
        var record = Open(value);
        var generation = record.ReadInt32();
        var protocolType = record.ReadNullableString();
        var protocolName = record.ReadNullableString();
        var leaderId = record.ReadNullableString();
        var stateSince = DateTimeOffset.FromUnixTimeMilliseconds(record.ReadInt64());
        var members = record.ReadArray(withTags: false, read: static (ref member) => new Member(member.ReadString())
        {
            InstanceId = member.ReadNullableString(),
            ClientId = member.ReadString(),
            ClientHost = member.ReadString(),
            SessionTimeout = TimeSpan.FromMilliseconds(member.ReadInt64()),
            RebalanceTimeout = TimeSpan.FromMilliseconds(member.ReadInt64()),
            Assignment = member.ReadBytes().ToArray(),
            Protocols = member.ReadArray(MemberProtocol.Read, withTags: false),
        });
        return new(generation, protocolType, protocolName, leaderId, stateSince, members);
    }

    private static WireReader Open(byte[] value)
    {
        var record = new WireReader(value, flexible: true);
        var layout = record.ReadUInt8();
        return layout == Layout ? record : throw new InvalidDataException($"The group journal holds a record of layout {layout}, known is {Layout}.");
    }

    private bool Apply(string groupId, IReadOnlyCollection<KeyValuePair<string, byte[]?>> changes)
    {
        try
        {
            journal.Apply(changes, flushEveryCommit);
            return true;
        }
        catch (IOException failure)
        {
            logger.GroupNotSaved(groupId, failure);
            return false;
        }
    }
}

/// <summary>What is kept of a group on disk, beside its offsets.</summary>
internal sealed record SavedGroup(
    int Generation, string? ProtocolType, string? ProtocolName, string? LeaderId, DateTimeOffset StateSince, IReadOnlyCollection<Member> Members);
