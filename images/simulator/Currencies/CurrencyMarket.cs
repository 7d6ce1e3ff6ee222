using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Currencies;

/// <summary>
/// The truth behind the simulated exchanges of currencies: what each asset is worth at any moment, and each trade there ever was. A function of
/// the seed and the time alone, so that every world tells the same story and a test can look up what was true.
/// </summary>
public sealed class CurrencyMarket
{
    /// <summary>Scales of the noise: from half a second to half a year.</summary>
    private const int FinestScale = 9;

    private const int CoarsestScale = 34;

    /// <summary>How far the logarithm of a price moves over about a day (2^26 ms are 19 hours).</summary>
    private const double DailySwing = 0.02;

    private const double DollarSwing = 0.0004;

    private readonly ulong seed;
    private readonly Dictionary<string, Coin> byId;
    private readonly Dictionary<string, Coin> byTicker;

    public CurrencyMarket(int seed, int madeUp = 0)
    {
        this.seed = (ulong)seed;
        Coins = Coin.WithMadeUp(madeUp);
        byId = Coins.ToDictionary(coin => coin.Id);
        byTicker = Coins.ToDictionary(coin => coin.Ticker);
    }

    public IReadOnlyList<Coin> Coins { get; }

    public Coin? ById(string id) => byId.GetValueOrDefault(id);

    public Coin? ByTicker(string ticker) => byTicker.GetValueOrDefault(ticker);

    /// <summary>What one of it is worth in dollars; a dollar token is nearly one.</summary>
    public double Dollars(Coin coin, long atMs)
    {
        var isDollar = coin.Ticker is "USDT" or "USDC";
        return coin.Dollars * PortableMath.Exp(Noise(SeededHash.Key(seed, coin.Id), atMs, isDollar ? DollarSwing : DailySwing));
    }

    /// <summary>What a dollar is worth in another currency.</summary>
    public double PerDollar(string currency, long atMs)
    {
        double usual = currency switch { "usd" => 1, "rub" => 78, "eur" => 0.91, "gbp" => 0.78, _ => 0 };
        return usual is 0 or 1 ? usual : usual * PortableMath.Exp(Noise(SeededHash.Key(seed, $"fiat {currency}"), atMs, DailySwing / 4));
    }

    /// <summary>The newest trade at or before the moment, of the asset in the quote at that exchange.</summary>
    public CurrencyTrade LastTrade(string exchange, Coin coin, string quote, long atMs)
    {
        var slot = atMs / coin.TradeEveryMs;
        var trade = TradeAt(exchange, coin, quote, slot);
        return trade.TimeMs <= atMs ? trade : TradeAt(exchange, coin, quote, slot - 1);
    }

    /// <summary>Every trade in (from, to], the oldest first, the newest ones where they are more than <paramref name="most"/>.</summary>
    public IEnumerable<CurrencyTrade> Trades(string exchange, Coin coin, string quote, long fromMs, long toMs, int most)
    {
        var last = toMs / coin.TradeEveryMs;
        var first = Math.Max(fromMs / coin.TradeEveryMs, last - most);
        for (var slot = first; slot <= last; slot++)
        {
            var trade = TradeAt(exchange, coin, quote, slot);
            if (trade.TimeMs > fromMs && trade.TimeMs <= toMs)
                yield return trade;
        }
    }

    /// <summary>The decimals of a price in the quote.</summary>
    public static int DecimalsOf(Coin coin, string quote) => quote == "BTC" ? 8 : coin.Decimals;

    private CurrencyTrade TradeAt(string exchange, Coin coin, string quote, long slot)
    {
        var hash = SeededHash.At(SeededHash.Key(seed, $"{exchange} {coin.Ticker} {quote}"), slot);
        var time = (slot * coin.TradeEveryMs) + (long)(SeededHash.Unit(hash) * coin.TradeEveryMs * 0.9);
        var price = Math.Round((decimal)(Dollars(coin, time) / QuoteDollars(quote, time)), DecimalsOf(coin, quote));
        var size = SeededHash.Unit(SeededHash.At(hash, 1));
        return new CurrencyTrade(slot, time, price, Math.Round((decimal)((50 + (size * 2_000)) / coin.Dollars), 5) + 0.00001m, size < 0.5);
    }

    private double QuoteDollars(string quote, long atMs) => byTicker.TryGetValue(quote, out var coin)
        ? Dollars(coin, atMs)
        : 1 / PerDollar(quote.ToLowerInvariant(), atMs);

    /// <summary>A random walk as a function: steps of every length, each interpolated between hashed points.</summary>
    private static double Noise(ulong key, long atMs, double daily)
    {
        var sum = 0.0;
        for (var scale = FinestScale; scale <= CoarsestScale; scale++)
        {
            var swing = SeededHash.At(key, scale);
            var cell = atMs >> scale;
            var part = (double)(atMs & ((1L << scale) - 1)) / (1L << scale);
            var left = SeededHash.Unit(SeededHash.At(swing, cell)) - 0.5;
            var right = SeededHash.Unit(SeededHash.At(swing, cell + 1)) - 0.5;
            sum += (left + ((right - left) * part)) * daily * Math.Sqrt(Math.ScaleB(1, Math.Min(scale, 28) - 26));
        }
        return sum;
    }
}
