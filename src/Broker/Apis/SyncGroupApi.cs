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
        var version = request.Version;
        var synced = await groups.SyncAsync(Read(request)).WaitAsync(cancel);
        if (version >= 1)
            answer.WriteThrottleTime();
        answer.WriteError(synced.Error);
        if (version >= 5)
        {
            answer.WriteNullableString(synced.ProtocolType);
            answer.WriteNullableString(synced.ProtocolName);
        }
        answer.WriteBytes(synced.Assignment);
        answer.WriteTags();
    }

    private static SyncRequest Read(ApiRequest request)
    {
        var version = request.Version;
        var reader = request.Reader();
        var groupId = reader.ReadString();
        var generation = reader.ReadInt32();
        var memberId = reader.ReadString();
        var instanceId = version >= 3 ? reader.ReadNullableString() : null;
        var protocolType = version >= 5 ? reader.ReadNullableString() : null;
        var protocolName = version >= 5 ? reader.ReadNullableString() : null;
        var count = reader.ReadArrayLength();
        var assignments = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            assignments[reader.ReadString()] = reader.ReadBytes().ToArray();
            reader.SkipTags();
        }
        reader.SkipTags();
        return new(groupId, new(memberId, instanceId, generation))
        {
            ProtocolType = protocolType, ProtocolName = protocolName, Assignments = assignments,
        };
    }
}
