namespace StockPipeline.Rates.Sources;

/// <summary>Why a source gives no answer.</summary>
public enum RefusalKind
{
    /// <summary>More was asked than is allowed.</summary>
    TooMany,

    /// <summary>The address is banned for a time.</summary>
    Banned,

    /// <summary>The address, the place or the key is not served.</summary>
    Barred,

    /// <summary>The source is out of order.</summary>
    Away,

    /// <summary>The request itself is refused.</summary>
    Wrong,
}
