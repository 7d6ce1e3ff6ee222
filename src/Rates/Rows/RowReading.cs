namespace StockPipeline.Rates.Rows;

/// <summary>What became of the rows of trade_info.</summary>
public sealed record RowReading(IReadOnlyList<SourceRow> Accepted, IReadOnlyList<RefusedRow> Refused);
