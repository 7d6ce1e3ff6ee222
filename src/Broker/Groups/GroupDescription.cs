namespace StockPipeline.Broker.Groups;

/// <summary>What tools are shown of a group. Members say what they subscribed to and own only while the group is stable.</summary>
internal sealed record GroupDescription(
    string GroupId, GroupState State, string ProtocolType, string ProtocolName, IReadOnlyCollection<GroupDescription.MemberDescription> Members)
{
    internal sealed record MemberDescription(
        string MemberId, string? InstanceId, string ClientId, string ClientHost, byte[] Metadata, byte[] Assignment);
}
