using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Groups;

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
