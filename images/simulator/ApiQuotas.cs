namespace StockPipeline.Simulator;

/// <summary>What one token may ask for; the defaults are the limits of the API in 2026. Minutes are minutes of the market.</summary>
public sealed record ApiQuotas
{
    public int MarketDataPerMinute { get; init; } = 600;

    public int InstrumentsPerMinute { get; init; } = 200;

    /// <summary>The heavy list of all shares.</summary>
    public int SharesPerMinute { get; init; } = 15;

    public int UsersPerMinute { get; init; } = 100;

    /// <summary>Files of the minute archive.</summary>
    public int ArchivePerMinute { get; init; } = 30;

    /// <summary>Market-data streams open at once.</summary>
    public int Streams { get; init; } = 32;

    public int SubscriptionsPerStream { get; init; } = 300;

    public int RequestsPerStreamMinute { get; init; } = 100;
}
