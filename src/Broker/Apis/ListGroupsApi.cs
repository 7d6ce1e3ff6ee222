using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>All groups, since version 4 only those in given states, since 5 only those of given types.</summary>
internal sealed class ListGroupsApi(GroupCoordinator groups) : IApi
{
    /// <summary>The one type of group there is here.</summary>
    private const string GroupType = "classic";

    public ApiRange Range => new(ApiKey.ListGroups, 0, 5, FlexibleFrom: 3);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var version = request.Version;
        var reader = request.Reader();
        var states = version >= 4 ? reader.ReadStrings() : [];
        var types = version >= 5 ? reader.ReadStrings() : [];
        reader.SkipTags();

        var listed = groups.List().Where(group => Passes(states, group.State.ToString()) && Passes(types, GroupType)).ToArray();
        if (version >= 1)
            answer.WriteThrottleTime();
        answer.WriteError(ErrorCode.None);
        answer.WriteArrayLength(listed.Length);
        foreach (var group in listed)
        {
            answer.WriteString(group.GroupId);
            answer.WriteString(group.ProtocolType);
            if (version >= 4)
                answer.WriteString(group.State.ToString());
            if (version >= 5)
                answer.WriteString(GroupType);
            answer.WriteTags();
        }
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    private static bool Passes(string[] filter, string value) => filter.Length == 0 || filter.Contains(value, StringComparer.OrdinalIgnoreCase);
}
