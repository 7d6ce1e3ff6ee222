using StockPipeline.Simulator.Currencies;

namespace StockPipeline.Simulator.Binance;

/// <summary>The markets of the simulated Binance.</summary>
internal sealed class BinanceMarkets
{
    private readonly Dictionary<string, BinanceMarket> all = new(StringComparer.Ordinal);

    public BinanceMarkets(CurrencyMarket market)
    {
        foreach (var coin in market.Coins.Where(coin => coin.Ticker != "USDT"))
            Add(new BinanceMarket(coin, "USDT"));
        foreach (var ticker in (ReadOnlySpan<string>)["ETH", "BNB", "SOL", "XRP", "LTC"])
            Add(new BinanceMarket(market.ByTicker(ticker)!, "BTC"));
        Add(new BinanceMarket(market.ByTicker("BTC")!, "USDC"));
    }

    public IReadOnlyCollection<BinanceMarket> All => all.Values;

    public BinanceMarket? Find(string symbol) => all.GetValueOrDefault(symbol);

    private void Add(BinanceMarket market) => all.Add(market.Symbol, market);
}

/// <summary>One of them.</summary>
internal sealed record BinanceMarket(Coin Coin, string Quote)
{
    public string Symbol { get; } = Coin.Ticker + Quote;

    public int Decimals => CurrencyMarket.DecimalsOf(Coin, Quote);
}
