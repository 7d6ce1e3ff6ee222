namespace StockPipeline.Streaming.Tables;

/// <summary>Takes consecutive records of one partition, in the order of their offsets. The span is reused when this returns.</summary>
public delegate void TableBatch<T>(int partition, ReadOnlySpan<TableRecord<T>> records)
    where T : class;
