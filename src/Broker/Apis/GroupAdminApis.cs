using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>All groups, since version 4 only those in given states, since 5 only those of given types.</summary>
internal sealed class ListGroupsApi(GroupCoordinator groups) : ISynchronousApi
{
    /// <summary>The one type of group there is here.</summary>
    private const string GroupType = "classic";

    public ApiRange Range => new(ApiKey.ListGroups, 0, 5, FlexibleFrom: 3);

    public void Answer(WireReader request, WireWriter answer)
    {
        var states = request.Since(4) ? request.ReadStrings() : [];
        var types = request.Since(5) ? request.ReadStrings() : [];
        request.SkipTags();

        answer.Since(1)?.WriteThrottleTime();
        answer.WriteError(ErrorCode.None);
        var listed = groups.List().Where(group => Passes(states, group.State.ToString()) && Passes(types, GroupType));
        answer.WriteArray([.. listed], group =>
        {
            answer.WriteString(group.GroupId);
            answer.WriteString(group.ProtocolType);
            answer.Since(4)?.WriteString(group.State.ToString());
            answer.Since(5)?.WriteString(GroupType);
        });
    }

    private static bool Passes(string[] filter, string value) => filter.Length == 0 || filter.Contains(value, StringComparer.OrdinalIgnoreCase);
}

/// <summary>Shows groups to tools: state, members and what each member owns.</summary>
internal sealed class DescribeGroupsApi(GroupCoordinator groups) : ISynchronousApi
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

/// <summary>Removes groups nobody is a member of, with their offsets.</summary>
internal sealed class DeleteGroupsApi(GroupCoordinator groups) : ISynchronousApi
{
    public ApiRange Range => new(ApiKey.DeleteGroups, 0, 2, FlexibleFrom: 2);

    public void Answer(WireReader request, WireWriter answer)
    {
        var groupIds = request.ReadStrings();
        request.SkipTags();

        answer.WriteThrottleTime();
        answer.WriteArray(groupIds, groupId =>
        {
            answer.WriteString(groupId);
            answer.WriteError(groups.Delete(groupId));
        });
    }
}
