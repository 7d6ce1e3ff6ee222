namespace StockPipeline.Streaming.Producing;

/// <summary>How many records of each partition a writer has handed over, those still on their way included.</summary>
public interface IWrittenRecords
{
    long WrittenTo(int partition);
}
