using StockPipeline.Simulator.Currencies;

namespace StockPipeline.Simulator.Kraken;

/// <summary>The markets of the simulated Kraken, each with the three names it has there.</summary>
internal sealed class KrakenMarkets
{
    public KrakenMarkets(CurrencyMarket market)
    {
        All =
        [
            .. ((string[])["BTC", "ETH", "SOL", "XRP", "DOGE", "ADA", "LTC", "LINK", "USDT"]).Select(ticker =>
                new KrakenMarket(market.ByTicker(ticker)!, "USD")),
            new KrakenMarket(market.ByTicker("BTC")!, "USDT"), new KrakenMarket(market.ByTicker("ETH")!, "BTC"),
        ];
    }

    public IReadOnlyList<KrakenMarket> All { get; }

    public KrakenMarket? BySymbol(string symbol) => All.FirstOrDefault(one => one.Symbol == symbol);

    /// <summary>By its id, or the name it had before.</summary>
    public KrakenMarket? ByAnyName(string name) => All.FirstOrDefault(one => one.Id == name || one.AltName == name || one.OldName == name);
}

/// <summary>One of them.</summary>
internal sealed record KrakenMarket(Coin Coin, string Quote)
{
    private string Old => Coin.Ticker switch { "BTC" => "XBT", "DOGE" => "XDG", var other => other };

    /// <summary>Of the second interface of streams.</summary>
    public string Symbol => $"{Coin.Ticker}/{Quote}";

    /// <summary>Of the first interface of streams.</summary>
    public string OldName => $"{Old}/{(Quote == "BTC" ? "XBT" : Quote)}";

    public string AltName => OldName.Replace("/", "", StringComparison.Ordinal);

    public string BaseId => Old is "XBT" or "ETH" or "XRP" or "XDG" or "LTC" ? $"X{Old}" : Old;

    public string QuoteId => Quote switch { "USD" => "ZUSD", "BTC" => "XXBT", var other => other };

    public string Id => BaseId.StartsWith('X') && QuoteId.Length == 4 && Quote != "USDT" ? BaseId + QuoteId : AltName;

    public int Decimals => CurrencyMarket.DecimalsOf(Coin, Quote);
}
