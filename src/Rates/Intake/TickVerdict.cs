namespace StockPipeline.Rates.Intake;

/// <summary>What became of a price.</summary>
public enum TickVerdict
{
    /// <summary>It is the newest.</summary>
    Taken,

    /// <summary>It is the newest; its time lies ahead of ours and counts as now.</summary>
    AheadOfClock,

    /// <summary>The same as before: the source has nothing newer.</summary>
    Repeated,

    /// <summary>Older than what is known.</summary>
    Older,

    /// <summary>It is zero, negative, too small or too large.</summary>
    NoPrice,
}
