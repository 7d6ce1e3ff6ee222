namespace StockPipeline.Streaming.Groups;

/// <summary>A value cannot be decoded now, for want of something outside; a handler may fail with the same type for other reasons.</summary>
internal sealed class DecodingOutage(Exception reason) : Exception($"cannot be decoded: {reason.Message}", reason);
