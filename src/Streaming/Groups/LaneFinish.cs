namespace StockPipeline.Streaming.Groups;

/// <summary>Told of records that are done with.</summary>
internal delegate void LaneFinish(ReadOnlySpan<WorkItem> items);
