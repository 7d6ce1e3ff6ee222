namespace StockPipeline.Broker.Groups;

/// <summary>Who a request says it comes from; the group decides whether that is so. A negative generation claims no membership.</summary>
internal readonly record struct MemberClaim(string MemberId, string? InstanceId, int Generation);
