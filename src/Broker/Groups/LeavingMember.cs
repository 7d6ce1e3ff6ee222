namespace StockPipeline.Broker.Groups;

/// <summary>Who leaves a group; an administrator names a static member by its instance id alone.</summary>
internal readonly record struct LeavingMember(string MemberId, string? InstanceId);
