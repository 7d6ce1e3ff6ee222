namespace StockPipeline.Indicators.Macd;

/// <summary>The three lines at one candle.</summary>
public readonly record struct MacdPoint(double Main, double Signal, double Histogram);
