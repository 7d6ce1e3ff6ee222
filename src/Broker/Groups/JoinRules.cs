using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Groups;

/// <summary>
/// Decides what becomes of a JoinGroup, in Kafka's order of checks. The group's lock is held by the caller.
/// </summary>
internal sealed class JoinRules(GroupOptions options, Membership group)
{
    /// <summary>What can be said without looking at any group.</summary>
    public static ErrorCode Check(GroupOptions options, JoinRequest request)
    {
        if (request.GroupId.Length == 0 || request.GroupId.Length > options.MaxNameLength)
            return ErrorCode.InvalidGroupId;
        if (request.SessionTimeout < options.MinSessionTimeout || request.SessionTimeout > options.MaxSessionTimeout)
            return ErrorCode.InvalidSessionTimeout;
        var isTooLong = request.InstanceId?.Length > options.MaxNameLength || request.ProtocolType.Length > options.MaxNameLength
            || request.Protocols.Any(protocol => protocol.Name.Length > options.MaxNameLength)
            || MemberList.Size(request.Protocols) > options.MaxGroupBytes;
        return isTooLong ? ErrorCode.InvalidRequest : ErrorCode.None;
    }

    public Task<JoinAnswer> Join(JoinRequest request)
    {
        if (group.State == GroupState.Dead)
            return request.Refuse(ErrorCode.CoordinatorNotAvailable);
        if (!HasRoomFor(request))
        {
            group.RemovePendingId(request.MemberId);
            return request.Refuse(ErrorCode.GroupMaxSizeReached);
        }
        if (!AgreesWithTheOthers(request))
            return request.Refuse(ErrorCode.InconsistentGroupProtocol);
        return request.MemberId.Length == 0 ? JoinWithoutId(request) : JoinWithId(request);
    }

    private Task<JoinAnswer> JoinWithoutId(JoinRequest request)
    {
        if (request.InstanceId is not null)
        {
            var newId = NewId(request.InstanceId);
            return group.Members.FindInstance(request.InstanceId) is { } old ? Replace(old, request, newId) : group.Admit(request, newId);
        }
        var memberId = NewId(request.ClientId);
        if (!request.MustKnowMemberId)
            return group.Admit(request, memberId);
        group.AddPendingId(memberId, request.SessionTimeout);
        return Task.FromResult(new JoinAnswer(ErrorCode.MemberIdRequired, memberId));
    }

    private Task<JoinAnswer> JoinWithId(JoinRequest request)
    {
        if (group.Members.PendingIds.ContainsKey(request.MemberId))
            return request.InstanceId is null ? group.Admit(request, request.MemberId) : request.Refuse(ErrorCode.UnknownMemberId);
        var error = MemberRules.Identify(group, new(request.MemberId, request.InstanceId), out var member);
        if (member is null)
            return request.Refuse(error);
        var isUnchanged = member.Protocols.SequenceEqual(request.Protocols);
        return group.State switch
        {
            GroupState.PreparingRebalance => group.Rejoin(member, request),
            // The answer to the first join may have been lost; the same join again must not throw everybody out.
            GroupState.CompletingRebalance when isUnchanged => Repeat(member),
            GroupState.CompletingRebalance => group.Rejoin(member, request),
            // The leader joins again to start a rebalance: it alone sees changes of the topics.
            GroupState.Stable when isUnchanged && member.Id != group.LeaderId => Repeat(member),
            GroupState.Stable => group.Rejoin(member, request),
            _ => request.Refuse(ErrorCode.UnknownMemberId),
        };
    }

    private Task<JoinAnswer> Repeat(Member member)
    {
        group.Renew(member);
        return Task.FromResult(JoinAnswer.Of(group, member));
    }

    private Task<JoinAnswer> Replace(Member old, JoinRequest request, string newId)
    {
        var oldLeader = group.LeaderId;
        var member = group.Replace(old, request, newId);
        if (group.State != GroupState.Stable || group.Members.Vote() != group.ProtocolName || !group.Save())
            return group.ParkAndRebalance(member);
        var answer = JoinAnswer.Of(group, member);
        // Older clients take themselves for the leader when they read their own id there, and would assign anew although nobody else joins.
        return Task.FromResult(request.CanSkipAssignment
            ? answer with { SkipAssignment = newId == group.LeaderId }
            : answer with { LeaderId = oldLeader ?? "", Members = [] });
    }

    private bool HasRoomFor(JoinRequest request)
    {
        var known = group.Members.Find(request.MemberId) ?? (request.InstanceId is null ? null : group.Members.FindInstance(request.InstanceId));
        var bytes = group.Members.MetadataBytes + MemberList.Size(request.Protocols) - (known is null ? 0 : MemberList.Size(known.Protocols));
        if (bytes > options.MaxGroupBytes)
            return false;
        if (known is not null)
            return true;
        var isGivenAnId = request is { MemberId: "", InstanceId: null, MustKnowMemberId: true };
        return group.Members.Count < options.MaxGroupSize && (!isGivenAnId || group.Members.PendingIds.Count < options.MaxGroupSize);
    }

    private bool AgreesWithTheOthers(JoinRequest request) =>
        request.ProtocolType.Length > 0 && request.Protocols.Count > 0
        && (group.Members.Count == 0 || (group.ProtocolType == request.ProtocolType && group.Members.Supports(request.Protocols)));

    private static string NewId(string prefix)
    {
        const int maxPrefix = 256;
        return $"{(prefix.Length > maxPrefix ? prefix[..maxPrefix] : prefix)}-{Guid.NewGuid()}";
    }
}
