using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Pairs;

namespace StockPipeline.Rates.Sources.Binance;

/// <summary>What Binance calls its markets, and whether a row means the market it names.</summary>
internal static class BinanceSymbols
{
    private const int LongestSymbol = 20;

    /// <summary>What its markets are quoted in, longest first, so that FDUSD is not taken for USD.</summary>
    private static readonly string[] Quotes =
    [
        "FDUSD", "USDT", "USDC", "TUSD", "BIDR", "BTC", "ETH", "BNB", "EUR", "TRY", "BRL", "RUB", "UAH", "GBP", "JPY", "AUD", "ARS", "PLN",
        "ZAR", "MXN", "COP", "CZK", "RON", "IDR", "DAI", "TRX", "XRP", "DOGE", "USD",
    ];

    public static bool IsSymbol(string symbol) => symbol.Length is > 1 and <= LongestSymbol
        && symbol.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_' or '.');

    /// <summary>The pair that the prices of a market are of, where a row asks for <paramref name="asked"/>.</summary>
    /// <returns>Null with what is wrong, in a sentence, where the market is another one.</returns>
    public static RatePair? Published(string symbol, RatePair asked, out string problem)
    {
        problem = "";
        if (!IsSymbol(symbol))
        {
            problem = $"'{symbol}' is no symbol of Binance";
            return null;
        }
        var quote = Quotes.FirstOrDefault(one => symbol.EndsWith(one, StringComparison.Ordinal) && symbol.Length > one.Length);
        if (quote is null)
            return asked;
        var ticker = symbol[..^quote.Length];
        if (KnownAssets.IdOf(ticker) is { } id && id != asked.Base)
        {
            problem = $"{symbol} is the market of {id}, not of {asked.Base}";
            return null;
        }
        var market = quote.ToLowerInvariant();
        if (asked.Quote == market)
            return asked;
        if (asked.Quote == "usd" && KnownAssets.IsDollarToken(market))
            return new RatePair(asked.Base, market);
        problem = $"{symbol} is quoted in {market}, not in {asked.Quote}";
        return null;
    }
}
