namespace StockPipeline.Indicators.Macd;

/// <summary>Takes the values that a series has to say. Implemented by a struct so that the hot path stays free of allocation.</summary>
public interface IMacdSink
{
    /// <returns>True when the value counts as published from now on.</returns>
    bool Publish(in MacdStep step);
}
