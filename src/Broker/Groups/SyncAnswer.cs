using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Groups;

/// <summary>A member's assignment exactly as the leader wrote it; empty when the leader left the member out.</summary>
internal sealed record SyncAnswer(ErrorCode Error)
{
    public string? ProtocolType { get; init; }

    public string? ProtocolName { get; init; }

    public byte[] Assignment { get; init; } = [];
}
