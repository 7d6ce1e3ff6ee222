using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Groups;

/// <summary>Who may speak for a member of a group, and in which of its states.</summary>
internal static class MemberRules
{
    /// <summary>The member a request claims to come from, or why it does not.</summary>
    public static ErrorCode Identify(Membership group, MemberClaim claim, out Member? member)
    {
        member = null;
        if (claim.InstanceId is not null)
        {
            if (group.Members.FindInstance(claim.InstanceId) is not { } current)
                return ErrorCode.UnknownMemberId;
            if (current.Id != claim.MemberId)
                return ErrorCode.FencedInstanceId;
        }
        member = group.Members.Find(claim.MemberId);
        return member is null ? ErrorCode.UnknownMemberId : ErrorCode.None;
    }

    /// <summary>As above, and of the current generation.</summary>
    public static ErrorCode Authenticate(Membership group, MemberClaim claim, out Member? member)
    {
        if (group.State == GroupState.Dead)
        {
            member = null;
            return ErrorCode.CoordinatorNotAvailable;
        }
        var error = Identify(group, claim, out member);
        if (error == ErrorCode.None && claim.Generation != group.Generation)
            error = ErrorCode.IllegalGeneration;
        return error;
    }

    public static ErrorCode Heartbeat(Membership group, MemberClaim claim)
    {
        var error = Authenticate(group, claim, out var member);
        if (error != ErrorCode.None)
            return error;
        group.Renew(member!);
        return group.State == GroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    /// <summary>Whether the sender may ask for its assignment now, and hand out those it brings.</summary>
    public static ErrorCode Sync(Membership group, SyncRequest request, int maxBytes, out Member? member)
    {
        var error = Authenticate(group, request.Claim, out member);
        if (error != ErrorCode.None)
            return error;
        if ((request.ProtocolType ?? group.ProtocolType) != group.ProtocolType
            || (request.ProtocolName ?? group.ProtocolName) != group.ProtocolName)
            return ErrorCode.InconsistentGroupProtocol;
        if (group.State == GroupState.PreparingRebalance)
            return ErrorCode.RebalanceInProgress;
        var bytes = request.Assignments.Values.Sum(assignment => (long)assignment.Length);
        return bytes > maxBytes ? ErrorCode.InvalidRequest : ErrorCode.None;
    }

    /// <summary>Whether the sender may commit offsets now.</summary>
    public static ErrorCode Commit(Membership group, MemberClaim claim)
    {
        if (group.State == GroupState.Dead)
            return ErrorCode.CoordinatorNotAvailable;
        if (claim.Generation < 0 && group.State == GroupState.Empty)
            return ErrorCode.None;
        if (claim is { Generation: < 0, MemberId: "", InstanceId: null })
            return ErrorCode.UnknownMemberId;
        var error = Authenticate(group, claim, out var member);
        if (error != ErrorCode.None)
            return error;
        // A member that knows the new generation but not yet what it owns cannot have read anything in it.
        if (group.State == GroupState.CompletingRebalance)
            return ErrorCode.RebalanceInProgress;
        group.Renew(member!);
        return ErrorCode.None;
    }

    public static ErrorCode Leave(Membership group, MemberClaim leaving)
    {
        if (leaving is { MemberId: "", InstanceId: { } instance } && group.Members.FindInstance(instance) is { } removed)
        {
            group.Depart(removed);
            return ErrorCode.None;
        }
        if (leaving.InstanceId is null && group.Members.PendingIds.ContainsKey(leaving.MemberId))
        {
            group.RemovePendingId(leaving.MemberId);
            return ErrorCode.None;
        }
        var error = Identify(group, leaving, out var member);
        if (member is not null)
            group.Depart(member);
        return error;
    }
}
