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

    internal sealed record Joined(string MemberId, string? InstanceId, byte[] Metadata);
}
