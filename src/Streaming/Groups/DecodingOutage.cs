namespace StockPipeline.Streaming.Groups;

/// <summary>A value cannot be decoded now, for want of something outside; told apart from failures of the handler, which may be of the same type.</summary>
internal sealed class DecodingOutage(Exception reason) : Exception($"cannot be decoded: {reason.Message}", reason);
