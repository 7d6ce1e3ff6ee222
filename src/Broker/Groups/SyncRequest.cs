namespace StockPipeline.Broker.Groups;

/// <summary>
/// Asks for the assignment of this generation, and brings everybody's, by member id, when it comes from the leader. The protocol is what the
/// member believes was agreed on; null where the request's version does not say.
/// </summary>
internal sealed record SyncRequest(
    string GroupId, MemberClaim Claim, IReadOnlyDictionary<string, byte[]> Assignments, string? ProtocolType = null, string? ProtocolName = null);
