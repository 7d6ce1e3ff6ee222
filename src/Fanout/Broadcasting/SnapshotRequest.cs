namespace StockPipeline.Fanout.Broadcasting;

/// <summary>Where a client's snapshot starts: the last so many candles, or everything kept from an open time on.</summary>
public readonly record struct SnapshotRequest(int Last, long? From);
