namespace StockPipeline.Indicators.Catalogue;

/// <summary>How a line is drawn.</summary>
public enum LineStyle
{
    Line,
    Histogram,
    Dots,

    /// <summary>The area up to the next line is filled.</summary>
    Cloud,

    /// <summary>Not drawn: it colours the line before.</summary>
    Direction,
}
