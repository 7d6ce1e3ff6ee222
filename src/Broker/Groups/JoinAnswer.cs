using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Groups;

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
