using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Removes groups nobody is a member of, with their offsets.</summary>
internal sealed class DeleteGroupsApi(GroupCoordinator groups) : IPromptApi
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
