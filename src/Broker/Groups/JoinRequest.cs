using StockPipeline.Broker.Protocol;

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
