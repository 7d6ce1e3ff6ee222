using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Groups;

/// <summary>A wish to be, or to stay, a member of a group through its next rebalance.</summary>
internal sealed record JoinRequest
{
    public required string GroupId { get; init; }

    /// <summary>Empty for a member that has no id yet.</summary>
    public required string MemberId { get; init; }

    /// <summary>Names a static member, which keeps its place through a restart.</summary>
    public string? InstanceId { get; init; }

    public string ClientId { get; init; } = "";

    public string ClientHost { get; init; } = "";

    public required TimeSpan SessionTimeout { get; init; }

    public required TimeSpan RebalanceTimeout { get; init; }

    public required string ProtocolType { get; init; }

    /// <summary>In the member's order of preference.</summary>
    public required IReadOnlyList<MemberProtocol> Protocols { get; init; }

    /// <summary>The client can be given an id first and come back with it, so that an answer that gets lost leaves no ghost behind.</summary>
    public bool MustKnowMemberId { get; init; }

    /// <summary>The client understands that a returning static leader gets the members to look at, not to assign.</summary>
    public bool CanSkipAssignment { get; init; }

    public Task<JoinAnswer> Refuse(ErrorCode error) => Task.FromResult(new JoinAnswer(error, MemberId));
}

/// <summary>What a member learns from a finished rebalance, or why it takes no part in one.</summary>
internal sealed record JoinAnswer(ErrorCode Error, string MemberId)
{
    public int Generation { get; init; } = -1;

    public string? ProtocolType { get; init; }

    public string? ProtocolName { get; init; }

    public string LeaderId { get; init; } = "";

    /// <summary>Everybody, for the leader; nobody, for the others.</summary>
    public IReadOnlyList<Joined> Members { get; init; } = [];

    public bool SkipAssignment { get; init; }

    /// <summary>What a member of the current generation is told; the list of members only when it leads.</summary>
    public static JoinAnswer Of(Membership group, Member member) => new(ErrorCode.None, member.Id)
    {
        Generation = group.Generation,
        ProtocolType = group.ProtocolType,
        ProtocolName = group.ProtocolName,
        LeaderId = group.LeaderId ?? "",
        Members = member.Id == group.LeaderId
            ? [.. group.Members.All.Select(each => new Joined(each.Id, each.InstanceId, each.MetadataFor(group.ProtocolName)))]
            : [],
    };

    internal sealed record Joined(string MemberId, string? InstanceId, byte[] Metadata);
}

/// <summary>
/// Asks for the assignment of this generation, and brings everybody's, by member id, when it comes from the leader. The protocol is what the
/// member believes was agreed on; null where the request's version does not say.
/// </summary>
internal sealed record SyncRequest(
    string GroupId, MemberClaim Claim, IReadOnlyDictionary<string, byte[]> Assignments, string? ProtocolType = null, string? ProtocolName = null);

/// <summary>A member's assignment exactly as the leader wrote it; empty when the leader left the member out.</summary>
internal sealed record SyncAnswer(ErrorCode Error)
{
    public string? ProtocolType { get; init; }

    public string? ProtocolName { get; init; }

    public byte[] Assignment { get; init; } = [];
}

/// <summary>
/// Who a request says it comes from, or who shall leave; the group decides whether that is so. A negative generation claims no membership.
/// </summary>
internal readonly record struct MemberClaim(string MemberId, string? InstanceId, int Generation = -1)
{
    /// <summary>As the requests of members carry it; instances came with different versions of each.</summary>
    public static MemberClaim Read(ref WireReader request, short instanceSince)
    {
        var (generation, memberId) = (request.ReadInt32(), request.ReadString());
        return new(memberId, request.Since(instanceSince) ? request.ReadNullableString() : null, generation);
    }
}
