using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Log;

/// <summary>
/// What became of an append, with words for the producer when it was refused. <see cref="LogAppendTime"/> is -1 unless the topic stamps
/// it; <see cref="BadRecord"/> is the index of the record at fault, or -1.
/// </summary>
internal readonly record struct AppendResult(
    ErrorCode Error, long BaseOffset, long LogAppendTime, long LogStartOffset, string? Message = null, int BadRecord = -1)
{
    public static AppendResult Refused(ErrorCode error, string? message = null, int badRecord = -1) => new(error, -1, -1, -1, message, badRecord);
}
