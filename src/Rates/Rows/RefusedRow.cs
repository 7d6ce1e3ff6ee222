namespace StockPipeline.Rates.Rows;

/// <summary>A row that cannot be right, and why, in a sentence.</summary>
public sealed record RefusedRow(long Id, string Problem);
