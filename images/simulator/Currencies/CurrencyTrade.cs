namespace StockPipeline.Simulator.Currencies;

/// <summary>One trade of a simulated pair.</summary>
public readonly record struct CurrencyTrade(long Id, long TimeMs, decimal Price, decimal Quantity, bool IsBuyerMaker);
