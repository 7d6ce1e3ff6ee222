namespace StockPipeline.Broker.Log;

/// <summary>A record found by its time: where it is, its own timestamp, and the leader epoch of the batch it lies in.</summary>
internal readonly record struct TimedOffset(long Offset, long Timestamp, int LeaderEpoch);
