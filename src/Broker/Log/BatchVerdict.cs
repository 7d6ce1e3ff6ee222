using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Log;

/// <summary>Whether a produced batch may enter a log, and if not, why, in words for the producer.</summary>
internal readonly record struct BatchVerdict(ErrorCode Error, string? Message = null, int BadRecord = -1)
{
    public static BatchVerdict Good => new(ErrorCode.None);
}
