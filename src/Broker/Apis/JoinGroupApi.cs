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

    public async ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        // A closed connection removes nobody: the member stays until its session ends, its answer is simply not sent.
        var joined = await groups.JoinAsync(Read(request)).WaitAsync(cancel);
        Write(answer, request.Version, joined);
    }

    private static JoinRequest Read(ApiRequest request)
    {
        var version = request.Version;
        var reader = request.Reader();
        var groupId = reader.ReadString();
        var session = TimeSpan.FromMilliseconds(reader.ReadInt32());
        var rebalance = version >= 1 ? TimeSpan.FromMilliseconds(Math.Max(0, reader.ReadInt32())) : session;
        var memberId = reader.ReadString();
        var instanceId = version >= 5 ? reader.ReadNullableString() : null;
        var protocolType = reader.ReadString();
        var protocols = new MemberProtocol[reader.ReadArrayLength()];
        for (var i = 0; i < protocols.Length; i++)
        {
            protocols[i] = new(reader.ReadString(), reader.ReadBytes().ToArray());
            reader.SkipTags();
        }
        if (version >= 8)
            reader.ReadNullableString();
        reader.SkipTags();
        return new()
        {
            GroupId = groupId,
            MemberId = memberId,
            InstanceId = instanceId,
            ClientId = request.ClientId ?? "",
            ClientHost = $"/{request.ClientAddress}",
            SessionTimeout = session,
            RebalanceTimeout = rebalance,
            ProtocolType = protocolType,
            Protocols = protocols,
            MustKnowMemberId = version >= 4,
            CanSkipAssignment = version >= 9,
        };
    }

    private static void Write(WireWriter answer, short version, JoinAnswer joined)
    {
        if (version >= 2)
            answer.WriteThrottleTime();
        answer.WriteError(joined.Error);
        answer.WriteInt32(joined.Generation);
        if (version >= 7)
        {
            answer.WriteNullableString(joined.ProtocolType);
            answer.WriteNullableString(joined.ProtocolName);
        }
        else
        {
            answer.WriteString(joined.ProtocolName ?? "");
        }
        answer.WriteString(joined.LeaderId);
        if (version >= 9)
            answer.WriteBool(joined.SkipAssignment);
        answer.WriteString(joined.MemberId);
        answer.WriteArrayLength(joined.Members.Count);
        foreach (var member in joined.Members)
        {
            answer.WriteString(member.MemberId);
            if (version >= 5)
                answer.WriteNullableString(member.InstanceId);
            answer.WriteBytes(member.Metadata);
            answer.WriteTags();
        }
        answer.WriteTags();
    }
}
