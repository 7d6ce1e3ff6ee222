using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Shows groups to tools: state, members and what each member owns.</summary>
internal sealed class DescribeGroupsApi(GroupCoordinator groups) : IApi
{
    public ApiRange Range => new(ApiKey.DescribeGroups, 0, 5, FlexibleFrom: 5);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var version = request.Version;
        var reader = request.Reader();
        var asked = reader.ReadStrings();
        var wantsOperations = version >= 3 && reader.ReadBool();
        reader.SkipTags();

        if (version >= 1)
            answer.WriteThrottleTime();
        answer.WriteArrayLength(asked.Length);
        foreach (var groupId in asked)
            Write(answer, version, groups.Describe(groupId), wantsOperations);
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    private static void Write(WireWriter answer, short version, GroupDescription group, bool wantsOperations)
    {
        answer.WriteError(ErrorCode.None);
        answer.WriteString(group.GroupId);
        answer.WriteString(group.State.ToString());
        answer.WriteString(group.ProtocolType);
        answer.WriteString(group.ProtocolName);
        answer.WriteArrayLength(group.Members.Count);
        foreach (var member in group.Members)
        {
            answer.WriteString(member.MemberId);
            if (version >= 4)
                answer.WriteNullableString(member.InstanceId);
            answer.WriteString(member.ClientId);
            answer.WriteString(member.ClientHost);
            answer.WriteBytes(member.Metadata);
            answer.WriteBytes(member.Assignment);
            answer.WriteTags();
        }
        if (version >= 3)
            answer.WriteInt32(wantsOperations ? AuthorizedOperations.Group : AuthorizedOperations.NotAsked);
        answer.WriteTags();
    }
}
