namespace StockPipeline.Indicators.Catalogue;

/// <summary>One number of an indicator.</summary>
/// <param name="Name">As in its line.</param>
/// <param name="Style">How it is drawn.</param>
public sealed record LineDescription(string Name, LineStyle Style = LineStyle.Line);
