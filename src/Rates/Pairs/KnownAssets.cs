using System.Collections.Frozen;

namespace StockPipeline.Rates.Pairs;

/// <summary>
/// Which id of CoinGecko an exchange's ticker stands for. Tickers collide, ids do not: what stands here is checked, what does not is believed.
/// </summary>
public static class KnownAssets
{
    private static readonly FrozenDictionary<string, string> ByTicker = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["ADA"] = "cardano", ["AVAX"] = "avalanche-2", ["BCH"] = "bitcoin-cash", ["BNB"] = "binancecoin", ["BONK"] = "bonk", ["BTC"] = "bitcoin",
        ["DOGE"] = "dogecoin", ["DOT"] = "polkadot", ["ETC"] = "ethereum-classic", ["ETH"] = "ethereum", ["FLOKI"] = "floki",
        ["LINK"] = "chainlink", ["LTC"] = "litecoin", ["NEAR"] = "near", ["PEPE"] = "pepe", ["SHIB"] = "shiba-inu", ["SOL"] = "solana",
        ["TON"] = "the-open-network", ["TRX"] = "tron", ["TUSD"] = "true-usd", ["USDC"] = "usd-coin", ["USDT"] = "tether", ["XBT"] = "bitcoin",
        ["XLM"] = "stellar", ["XMR"] = "monero", ["XRP"] = "ripple", ["FDUSD"] = "first-digital-usd",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Pegged = new[] { "usdt", "usdc", "fdusd", "tusd" }.ToFrozenSet();

    /// <summary>The id of a ticker; null where it is not known.</summary>
    public static string? IdOf(string ticker) => ByTicker.GetValueOrDefault(ticker);

    /// <summary>One name for what is both a base and a quote: <c>usdt</c> and <c>tether</c> are the same.</summary>
    public static string Canonical(string asset) => ByTicker.GetValueOrDefault(asset) ?? asset;

    /// <summary>Whether a quote is a token that is meant to be worth a dollar. It is not one: it only may stand for it where nothing better is
    /// known, and then it is said.</summary>
    public static bool IsDollarToken(string quote) => Pegged.Contains(quote);
}
