namespace StockPipeline.Indicators.Candles;

/// <summary>What a candle did to a series.</summary>
public enum CandleEffect
{
    /// <summary>Nothing new.</summary>
    Unchanged,

    /// <summary>It is the newest.</summary>
    Appended,

    /// <summary>It came late: newer ones were there.</summary>
    Inserted,

    /// <summary>It moved on, or closed, one that was still forming.</summary>
    Formed,

    /// <summary>It changed one that was final.</summary>
    Corrected,

    /// <summary>It lies before what the series still remembers.</summary>
    TooOld,
}
