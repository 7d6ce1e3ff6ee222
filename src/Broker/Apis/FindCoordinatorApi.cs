using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>
/// Where to find the coordinator of a group: always here. Coordinators of transactions are found here as well, so that a transactional
/// producer learns from InitProducerId that there are no transactions instead of looking for a coordinator for ever.
/// </summary>
internal sealed class FindCoordinatorApi(BrokerAddress address) : IPromptApi
{
    private const sbyte TransactionKey = 1;

    public ApiRange Range => new(ApiKey.FindCoordinator, 0, 5, FlexibleFrom: 3);

    public void Answer(WireReader request, WireWriter answer)
    {
        var isBatch = request.Since(4);
        var keys = isBatch ? [] : new[] { request.ReadString() };
        var keyType = request.Since(1) ? request.ReadInt8() : (sbyte)0;
        if (isBatch)
            keys = request.ReadStrings();
        request.SkipTags();

        answer.Since(1)?.WriteThrottleTime();
        var isKnown = keyType is >= 0 and <= TransactionKey;
        if (!isBatch)
        {
            WriteError();
            WriteNode();
            return;
        }
        answer.WriteArray(keys, key =>
        {
            answer.WriteString(key);
            WriteNode();
            WriteError();
        });

        void WriteError()
        {
            answer.WriteError(isKnown ? ErrorCode.None : ErrorCode.InvalidRequest);
            answer.Since(1)?.WriteMessage(isKnown ? null : $"There is no coordinator of type {keyType}.");
        }

        void WriteNode()
        {
            answer.WriteInt32(isKnown ? BrokerAddress.NodeId : -1);
            answer.WriteString(isKnown ? address.Host : "");
            answer.WriteInt32(isKnown ? address.Port : -1);
        }
    }
}
