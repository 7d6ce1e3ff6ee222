namespace StockPipeline.Indicators.Catalogue;

/// <summary>How a line is drawn.</summary>
public enum LineStyle
{
    Line,
    Histogram,
    Dots,

    /// <summary>The area between it and the last line is filled.</summary>
    Cloud,

    /// <summary>Not drawn: it colours the line before.</summary>
    Direction,
}
