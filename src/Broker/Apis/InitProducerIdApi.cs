using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>
/// Hands out ids to idempotent producers. Transactions are not served, so a transactional id is refused
/// with the one error that every client takes as final; others it would try again for ever.
/// </summary>
internal sealed class InitProducerIdApi(ProducerIds producerIds) : IPromptApi
{
    public ApiRange Range => new(ApiKey.InitProducerId, 0, 4, FlexibleFrom: 2);

    public void Answer(WireReader request, WireWriter answer)
    {
        var transactionalId = request.ReadNullableString();
        request.ReadInt32();
        if (request.Since(3))
        {
            // An idempotent producer that asks again after a loss gets a fresh id, whatever it had.
            request.ReadInt64();
            request.ReadInt16();
        }
        request.SkipTags();

        var served = transactionalId is null;
        answer.WriteThrottleTime();
        answer.WriteError(served ? ErrorCode.None : ErrorCode.TransactionalIdAuthorizationFailed);
        answer.WriteInt64(served ? producerIds.Next() : -1);
        answer.WriteInt16((short)(served ? 0 : -1));
    }
}
