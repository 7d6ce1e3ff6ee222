namespace StockPipeline.Broker.Groups;

/// <summary>What tools are shown of a group. Members say what they subscribed to and own only while the group is stable.</summary>
internal sealed record GroupDescription(string GroupId, GroupState State)
{
    public string ProtocolType { get; init; } = "";

    public string ProtocolName { get; init; } = "";

    public IReadOnlyList<MemberDescription> Members { get; init; } = [];

    internal sealed record MemberDescription(
        string MemberId, string? InstanceId, string ClientId, string ClientHost, byte[] Metadata, byte[] Assignment);
}
