namespace StockPipeline.Broker.Groups;

/// <summary>Asks for the assignment of this generation, and brings everybody's when it comes from the leader.</summary>
internal sealed record SyncRequest(string GroupId, MemberClaim Claim)
{
    /// <summary>What the member believes was agreed on; null where the request's version does not say.</summary>
    public string? ProtocolType { get; init; }

    public string? ProtocolName { get; init; }

    /// <summary>By member id.</summary>
    public IReadOnlyDictionary<string, byte[]> Assignments { get; init; } = new Dictionary<string, byte[]>();
}
