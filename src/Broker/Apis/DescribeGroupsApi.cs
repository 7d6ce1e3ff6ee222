using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Shows groups to tools: state, members and what each member owns.</summary>
internal sealed class DescribeGroupsApi(GroupCoordinator groups) : IPromptApi
{
    public ApiRange Range => new(ApiKey.DescribeGroups, 0, 5, FlexibleFrom: 5);

    public void Answer(WireReader request, WireWriter answer)
    {
        var groupIds = request.ReadStrings();
        var wantsOperations = request.Since(3) && request.ReadBool();
        request.SkipTags();

        answer.Since(1)?.WriteThrottleTime();
        answer.WriteArray(groupIds, groupId =>
        {
            var group = groups.Describe(groupId);
            answer.WriteError(ErrorCode.None);
            answer.WriteString(group.GroupId);
            answer.WriteString(group.State.ToString());
            answer.WriteString(group.ProtocolType);
            answer.WriteString(group.ProtocolName);
            answer.WriteArray(group.Members, member =>
            {
                answer.WriteString(member.MemberId);
                answer.Since(4)?.WriteNullableString(member.InstanceId);
                answer.WriteString(member.ClientId);
                answer.WriteString(member.ClientHost);
                answer.WriteBytes(member.Metadata);
                answer.WriteBytes(member.Assignment);
            });
            answer.Since(3)?.WriteInt32(wantsOperations ? AuthorizedOperations.Group : AuthorizedOperations.NotAsked);
        });
    }
}
