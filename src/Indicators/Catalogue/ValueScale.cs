namespace StockPipeline.Indicators.Catalogue;

/// <summary>What the size of a line is measured by, when two values are held to be the same.</summary>
public enum ValueScale
{
    /// <summary>The price of the instrument.</summary>
    Price,

    /// <summary>A hundred.</summary>
    Percent,

    /// <summary>The value itself.</summary>
    Own,

    /// <summary>Nothing: it is counted, not calculated.</summary>
    Exact,
}
