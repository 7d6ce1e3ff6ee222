using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>Brings the leader's assignments and hands each member its own; the answer waits for the leader.</summary>
internal sealed class SyncGroupApi(GroupCoordinator groups) : IApi
{
    public ApiRange Range => new(ApiKey.SyncGroup, 0, 5, FlexibleFrom: 4);

    public async ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var synced = await groups.SyncAsync(Read(request.Reader())).WaitAsync(cancel);
        answer.Since(1)?.WriteThrottleTime();
        answer.WriteError(synced.Error);
        answer.Since(5)?.WriteNullableString(synced.ProtocolType);
        answer.Since(5)?.WriteNullableString(synced.ProtocolName);
        answer.WriteBytes(synced.Assignment);
    }

    private static SyncRequest Read(WireReader request)
    {
        var groupId = request.ReadString();
        var claim = MemberClaim.Read(ref request, instanceSince: 3);
        var protocolType = request.Since(5) ? request.ReadNullableString() : null;
        var protocolName = request.Since(5) ? request.ReadNullableString() : null;
        var assignments = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (memberId, bytes) in request.ReadArray((ref one) => (one.ReadString(), one.ReadBytes().ToArray())))
            assignments[memberId] = bytes;
        request.SkipTags();
        return new(groupId, claim, assignments, protocolType, protocolName);
    }
}
