namespace StockPipeline.Streaming.Groups;

/// <summary>A record on its way through a lane, as it came from the broker; without a value it is a tombstone.</summary>
internal readonly record struct WorkItem(byte[] Key, byte[]? Value, int Partition, long Offset, long TimestampMs, long Ticket);
