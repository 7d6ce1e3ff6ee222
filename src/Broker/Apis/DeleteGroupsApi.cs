using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Removes groups nobody is a member of, with their offsets.</summary>
internal sealed class DeleteGroupsApi(GroupCoordinator groups) : IApi
{
    public ApiRange Range => new(ApiKey.DeleteGroups, 0, 2, FlexibleFrom: 2);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var reader = request.Reader();
        var asked = reader.ReadStrings();
        reader.SkipTags();

        answer.WriteThrottleTime();
        answer.WriteArrayLength(asked.Length);
        foreach (var groupId in asked)
        {
            answer.WriteString(groupId);
            answer.WriteError(groups.Delete(groupId));
            answer.WriteTags();
        }
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }
}
