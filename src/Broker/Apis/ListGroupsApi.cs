using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>All groups, since version 4 only those in given states, since 5 only those of given types.</summary>
internal sealed class ListGroupsApi(GroupCoordinator groups) : IPromptApi
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
