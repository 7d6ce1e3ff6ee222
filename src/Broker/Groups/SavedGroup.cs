namespace StockPipeline.Broker.Groups;

/// <summary>What is kept of a group on disk, beside its offsets.</summary>
internal sealed record SavedGroup(
    int Generation, string? ProtocolType, string? ProtocolName, string? LeaderId, DateTimeOffset StateSince, IReadOnlyCollection<Member> Members);
