namespace StockPipeline.Simulator.Currencies;

/// <summary>One asset of the simulated currency market.</summary>
/// <param name="Id">As CoinGecko calls it.</param>
/// <param name="Ticker">As exchanges call it.</param>
/// <param name="Name">As people call it.</param>
/// <param name="Dollars">What it is worth, about.</param>
/// <param name="Decimals">Of its price in dollars.</param>
/// <param name="TradeEveryMs">How often it is traded, about.</param>
public sealed record Coin(string Id, string Ticker, string Name, double Dollars, int Decimals, int TradeEveryMs)
{
    public static IReadOnlyList<Coin> Usual { get; } =
    [
        new("bitcoin", "BTC", "Bitcoin", 67_000, 2, 150), new("ethereum", "ETH", "Ethereum", 3_400, 2, 200),
        new("binancecoin", "BNB", "BNB", 610, 2, 700), new("solana", "SOL", "Solana", 165, 2, 400),
        new("ripple", "XRP", "XRP", 0.61, 4, 500), new("dogecoin", "DOGE", "Dogecoin", 0.142, 5, 600),
        new("tron", "TRX", "TRON", 0.123, 4, 900), new("cardano", "ADA", "Cardano", 0.46, 4, 900),
        new("shiba-inu", "SHIB", "Shiba Inu", 0.0000238, 8, 1_200), new("pepe", "PEPE", "Pepe", 0.0000113, 8, 1_000),
        new("floki", "FLOKI", "Floki", 0.000187, 8, 2_500), new("bonk", "BONK", "Bonk", 0.0000291, 8, 2_000),
        new("litecoin", "LTC", "Litecoin", 84, 2, 1_500), new("chainlink", "LINK", "Chainlink", 17.2, 2, 1_300),
        new("stellar", "XLM", "Stellar", 0.105, 4, 3_000), new("tether", "USDT", "Tether", 1.0, 4, 1_000),
        new("usd-coin", "USDC", "USDC", 1.0, 4, 1_500),
    ];

    /// <summary>The usual ones and so many made up.</summary>
    public static IReadOnlyList<Coin> WithMadeUp(int count) =>
    [
        .. Usual, .. Enumerable.Range(1, count).Select(number =>
            new Coin($"coin-{number:0000}", $"C{number:0000}", $"Coin {number}", 0.5 + (number % 97), 4, 500)),
    ];
}
