using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Members leave, or since version 3 an administrator removes static ones by their instance ids.</summary>
internal sealed class LeaveGroupApi(GroupCoordinator groups) : IApi
{
    public ApiRange Range => new(ApiKey.LeaveGroup, 0, 5, FlexibleFrom: 4);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var version = request.Version;
        var reader = request.Reader();
        var groupId = reader.ReadString();
        var leaving = new LeavingMember[version < 3 ? 1 : reader.ReadArrayLength()];
        for (var i = 0; i < leaving.Length; i++)
        {
            leaving[i] = new(reader.ReadString(), version >= 3 ? reader.ReadNullableString() : null);
            if (version >= 5)
                reader.ReadNullableString();
            if (version >= 3)
                reader.SkipTags();
        }
        reader.SkipTags();

        var (error, results) = groups.Leave(groupId, leaving);
        if (version >= 1)
            answer.WriteThrottleTime();
        if (version < 3)
        {
            answer.WriteError(error == ErrorCode.None ? results[0] : error);
            return ValueTask.CompletedTask;
        }
        answer.WriteError(error);
        answer.WriteArrayLength(results.Count);
        foreach (var (member, result) in leaving.Zip(results))
        {
            answer.WriteString(member.MemberId);
            answer.WriteNullableString(member.InstanceId);
            answer.WriteError(result);
            answer.WriteTags();
        }
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }
}
