using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>
/// Where to find the coordinator of a group: always here. Coordinators of transactions are found here as well, so that a transactional
/// producer learns from InitProducerId that there are no transactions instead of looking for a coordinator for ever.
/// </summary>
internal sealed class FindCoordinatorApi(BrokerAddress address) : IApi
{
    private const sbyte TransactionKey = 1;

    public ApiRange Range => new(ApiKey.FindCoordinator, 0, 5, FlexibleFrom: 3);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var version = request.Version;
        var reader = request.Reader();
        var keys = version < 4 ? [reader.ReadString()] : Array.Empty<string>();
        var keyType = version >= 1 ? reader.ReadInt8() : (sbyte)0;
        if (version >= 4)
            keys = reader.ReadStrings();
        reader.SkipTags();

        if (version >= 1)
            answer.WriteThrottleTime();
        var isKnown = keyType is >= 0 and <= TransactionKey;
        if (version < 4)
        {
            WriteError(answer, version, isKnown, keyType);
            WriteNode(answer, isKnown);
        }
        else
        {
            answer.WriteArrayLength(keys.Length);
            foreach (var key in keys)
            {
                answer.WriteString(key);
                WriteNode(answer, isKnown);
                WriteError(answer, version, isKnown, keyType);
                answer.WriteTags();
            }
        }
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }

    private static void WriteError(WireWriter answer, short version, bool isKnown, sbyte keyType)
    {
        answer.WriteError(isKnown ? ErrorCode.None : ErrorCode.InvalidRequest);
        if (version >= 1)
            answer.WriteNullableString(isKnown ? null : $"There is no coordinator of type {keyType}.");
    }

    private void WriteNode(WireWriter answer, bool isKnown)
    {
        answer.WriteInt32(isKnown ? BrokerAddress.NodeId : -1);
        answer.WriteString(isKnown ? address.Host : "");
        answer.WriteInt32(isKnown ? address.Port : -1);
    }
}
