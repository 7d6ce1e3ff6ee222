using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Members leave, or since version 3 an administrator removes static ones by their instance ids.</summary>
internal sealed class LeaveGroupApi(GroupCoordinator groups) : IPromptApi
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
