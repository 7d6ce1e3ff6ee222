namespace StockPipeline.Streaming.Scanning;

/// <summary>One record as it stands in a partition, not decoded.</summary>
public readonly record struct ScannedRecord(byte[] Key, byte[]? Value, long Offset);
