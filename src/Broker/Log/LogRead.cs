using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Log;

/// <summary>
/// The answer to a read. <see cref="Region"/> holds whole batches and must be released once, whatever happens; it is null when
/// there is nothing (yet) at the offset, or an error. With an error the two offsets are -1, as Kafka answers.
/// </summary>
internal readonly record struct LogRead(ErrorCode Error, LogRegion? Region, long LogStartOffset, long EndOffset)
{
    public int Length => Region?.Length ?? 0;
}
