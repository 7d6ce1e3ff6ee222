namespace StockPipeline.Simulator.Api;

/// <summary>The groups of calls that share one allowance per minute.</summary>
internal enum Quota
{
    MarketData,
    Instruments,
    Shares,
    Users,
    Archive,
}
