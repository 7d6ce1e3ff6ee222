namespace StockPipeline.Contracts.Records;

/// <summary>Where a candle came from. The numbers are the positions of the symbols in the Avro enum.</summary>
public enum CandleSource
{
    Stream = 0,
    History = 1,
    Rollup = 2,
    Replay = 3,
}
