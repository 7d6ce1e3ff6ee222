using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>
/// Becoming or staying a member of a group; the answer comes when the rebalance ends. Since version 4 a member is given its id first, since 5
/// it can be static, since 9 a returning static leader can be told not to assign.
/// </summary>
internal sealed class JoinGroupApi(GroupCoordinator groups) : IApi
{
    public ApiRange Range => new(ApiKey.JoinGroup, 0, 9, FlexibleFrom: 6);

    public async ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancellationToken)
    {
        // A closed connection removes nobody: the member stays until its session ends, its answer is simply not sent.
        Write(answer, await groups.JoinAsync(Read(request)).WaitAsync(cancellationToken));
    }

    private static JoinRequest Read(ApiRequest request)
    {
        var reader = request.Reader();
        var groupId = reader.ReadString();
        var session = TimeSpan.FromMilliseconds(reader.ReadInt32());
        var join = new JoinRequest
        {
            GroupId = groupId,
            ClientId = request.ClientId ?? "",
            ClientHost = $"/{request.ClientAddress}",
            SessionTimeout = session,
            RebalanceTimeout = reader.Since(1) ? TimeSpan.FromMilliseconds(Math.Max(0, reader.ReadInt32())) : session,
            MemberId = reader.ReadString(),
            InstanceId = reader.Since(5) ? reader.ReadNullableString() : null,
            ProtocolType = reader.ReadString(),
            Protocols = reader.ReadArray(MemberProtocol.Read),
            MustKnowMemberId = reader.Since(4),
            CanSkipAssignment = reader.Since(9),
        };
        if (reader.Since(8))
            reader.ReadNullableString();
        reader.SkipTags();
        return join;
    }

    private static void Write(WireWriter answer, JoinAnswer joined)
    {
        answer.Since(2)?.WriteThrottleTime();
        answer.WriteError(joined.Error);
        answer.WriteInt32(joined.Generation);
        answer.Since(7)?.WriteNullableString(joined.ProtocolType);
        answer.WriteNullableString(joined.ProtocolName ?? (answer.Since(7) is null ? "" : null));
        answer.WriteString(joined.LeaderId);
        answer.Since(9)?.WriteBool(joined.SkipAssignment);
        answer.WriteString(joined.MemberId);
        answer.WriteArray(joined.Members, member =>
        {
            answer.WriteString(member.MemberId);
            answer.Since(5)?.WriteNullableString(member.InstanceId);
            answer.WriteBytes(member.Metadata);
        });
    }
}

/// <summary>Brings the leader's assignments and hands each member its own; the answer waits for the leader.</summary>
internal sealed class SyncGroupApi(GroupCoordinator groups) : IApi
{
    public ApiRange Range => new(ApiKey.SyncGroup, 0, 5, FlexibleFrom: 4);

    public async ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancellationToken)
    {
        var synced = await groups.SyncAsync(Read(request.Reader())).WaitAsync(cancellationToken);
        answer.Since(1)?.WriteThrottleTime();
        answer.WriteError(synced.Error);
        answer.Since(5)?.WriteNullableString(synced.ProtocolType);
        answer.Since(5)?.WriteNullableString(synced.ProtocolName);
        answer.WriteBytes(synced.Assignment);
    }

    private static SyncRequest Read(WireReader request)
    {
        var groupId = request.ReadString();
        var claim = MemberClaim.Read(ref request, instanceSince: 3);
        var protocolType = request.Since(5) ? request.ReadNullableString() : null;
        var protocolName = request.Since(5) ? request.ReadNullableString() : null;
        var assignments = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (memberId, bytes) in request.ReadArray((ref one) => (one.ReadString(), one.ReadBytes().ToArray())))
            assignments[memberId] = bytes;
        request.SkipTags();
        return new(groupId, claim, assignments, protocolType, protocolName);
    }
}

/// <summary>A member says that it lives, and learns whether a rebalance runs.</summary>
internal sealed class HeartbeatApi(GroupCoordinator groups) : ISynchronousApi
{
    public ApiRange Range => new(ApiKey.Heartbeat, 0, 4, FlexibleFrom: 4);

    public void Answer(WireReader request, WireWriter answer)
    {
        var groupId = request.ReadString();
        var claim = MemberClaim.Read(ref request, instanceSince: 3);
        request.SkipTags();

        answer.Since(1)?.WriteThrottleTime();
        answer.WriteError(groups.Heartbeat(groupId, claim));
    }
}

/// <summary>Members leave, or since version 3 an administrator removes static ones by their instance ids.</summary>
internal sealed class LeaveGroupApi(GroupCoordinator groups) : ISynchronousApi
{
    public ApiRange Range => new(ApiKey.LeaveGroup, 0, 5, FlexibleFrom: 4);

    public void Answer(WireReader request, WireWriter answer)
    {
        var isBatch = request.Since(3);
        var groupId = request.ReadString();
        var leaving = isBatch ? request.ReadArray(ReadMember) : [new(request.ReadString(), null)];
        request.SkipTags();

        var (error, results) = groups.Leave(groupId, leaving);
        answer.Since(1)?.WriteThrottleTime();
        if (!isBatch)
        {
            answer.WriteError(error == ErrorCode.None ? results[0] : error);
            return;
        }
        answer.WriteError(error);
        answer.WriteArray([.. leaving.Zip(results)], left =>
        {
            answer.WriteString(left.First.MemberId);
            answer.WriteNullableString(left.First.InstanceId);
            answer.WriteError(left.Second);
        });
    }

    private static MemberClaim ReadMember(ref WireReader member)
    {
        var leaving = new MemberClaim(member.ReadString(), member.ReadNullableString());
        if (member.Since(5))
            member.ReadNullableString();
        return leaving;
    }
}
