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
        Write(answer, await groups.JoinAsync(Read(request)).WaitAsync(cancel));
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
