namespace StockPipeline.Gateway.Series;

/// <summary>One thing that was said of a series, as it goes over the wire without its opening brace.</summary>
internal readonly record struct Change(long Position, byte[] Text);
