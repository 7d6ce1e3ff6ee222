namespace StockPipeline.Polygon.Rest;

/// <summary>MACD of one day as polygon.io says it.</summary>
/// <param name="Time">Where the day begins in New York.</param>
/// <param name="Value">The line.</param>
/// <param name="Signal">Its average.</param>
/// <param name="Histogram">The line less its average.</param>
public sealed record MacdPoint(DateTimeOffset Time, double Value, double Signal, double Histogram);
