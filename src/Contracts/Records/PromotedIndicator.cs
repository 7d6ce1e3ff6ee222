namespace StockPipeline.Contracts.Records;

/// <summary>
/// An indicator that somebody put on the live list while the pipeline ran; topic <c>promoted-indicators</c>, key its name as topics write it. Its own
/// topics are there before it is.
/// </summary>
/// <param name="Indicator">As people write it, such as <c>macd(8,17,9)</c>.</param>
/// <param name="By">Who did it.</param>
/// <param name="At">And when.</param>
public sealed record PromotedIndicator(string Indicator, string By, DateTimeOffset At);
