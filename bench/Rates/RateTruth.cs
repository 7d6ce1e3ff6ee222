using System.Text.Json;
using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Board;
using StockPipeline.Simulator.Currencies;

namespace StockPipeline.Bench.Rates;

/// <summary>
/// What the simulated exchanges know: whether a price that the API gave was ever true, and whether it was young enough to be called fresh.
/// </summary>
internal sealed class RateTruth(CurrencyWorlds worlds)
{
    /// <summary>The API reads the market's clock over the network, and at high speed what that is wrong by is seconds.</summary>
    public static readonly TimeSpan ClockError = TimeSpan.FromSeconds(10);

    private const int MostTrades = 4_000;

    private const decimal Rounding = 0.000001m;

    private static readonly TimeSpan MinuteOfAverages = TimeSpan.FromMinutes(1);

    /// <summary>How old a price of a source may be and count as fresh, as its module says.</summary>
    private static TimeSpan MaxAge(string source) => TimeSpan.FromSeconds(source == "coingecko" ? 180 : 60);

    /// <summary>Why a price that was called fresh between two instants should not have been; null where it was right.</summary>
    public static string? WhyNotFresh(JsonElement course, DateTimeOffset asked, DateTimeOffset answered)
    {
        var at = course.GetProperty("time").GetDateTimeOffset();
        // Of a price made of several the youngest limit counts, and the oldest part.
        var limit = course.GetProperty("sources").EnumerateArray().Max(source => MaxAge(source.GetString()!));
        return asked - at > limit + ClockError ? $"it was {(asked - at).TotalSeconds:0} s old, and at most {limit.TotalSeconds:0} s are fresh"
            : at - answered > ClockError ? $"it is of {(at - answered).TotalSeconds:0} s later"
            : null;
    }

    /// <summary>Why a price was never true; null where it was.</summary>
    public string? WhyNotTrue(JsonElement course, DateTimeOffset answered)
    {
        var (at, value) = (course.GetProperty("time").GetDateTimeOffset(), course.GetProperty("value").GetDecimal());
        var asked = RatePair.Parse(course.GetProperty("direction").GetString()!);
        var legs = course.GetProperty("path").EnumerateArray().Select(leg => RatePair.Parse(leg.GetString()!))
            .Zip(course.GetProperty("sources").EnumerateArray().Select(source => source.GetString()!)).ToList();
        if (legs is [var (only, source)] && only == asked)
        {
            // What comes from a moment ahead of the collector's clock is written down as of now: it may have been true that much later.
            bool IsIt(decimal truth) => Math.Abs(value - truth) <= truth * Rounding;
            return IsIt(At(only, source, at)) || Prices(only, source, at, at + ClockError).Any(IsIt)
                ? null : $"it is {value}, and at {at:O} {source} had {At(only, source, at)}";
        }
        // One part is of that instant, the others of one between it and the answer.
        var (low, high, where) = (1m, 1m, AssetPair.Of(asked).Base);
        foreach (var (pair, exchange) in legs)
        {
            var (least, most) = Range(pair, exchange, at, answered + ClockError);
            var market = AssetPair.Of(pair);
            var isTurned = market.Base != where;
            (low, high) = isTurned ? (low / most, high / least) : (low * least, high * most);
            where = isTurned ? market.Base : market.Quote;
        }
        return value >= low * (1 - Rounding) && value <= high * (1 + Rounding)
            ? null : $"it is {value}, and its parts made {low} to {high} since {at:O}";
    }

    private decimal At(RatePair pair, string source, DateTimeOffset at)
    {
        var (coin, ms) = (CoinOf(pair), at.ToUnixTimeMilliseconds());
        return source == "coingecko" ? worlds.CoinGecko.PriceOf(coin, pair.Quote, ms).Price
            : worlds.Market.LastTrade("binance", coin, pair.Quote.ToUpperInvariant(), ms).Price;
    }

    private (decimal Least, decimal Most) Range(RatePair pair, string source, DateTimeOffset from, DateTimeOffset to)
    {
        var prices = Prices(pair, source, from, to);
        return (prices.Min(), prices.Max());
    }

    /// <summary>All prices there were, the one of the beginning first.</summary>
    private List<decimal> Prices(RatePair pair, string source, DateTimeOffset from, DateTimeOffset to)
    {
        var prices = new List<decimal> { At(pair, source, from), At(pair, source, to) };
        if (source == "coingecko")
        {
            for (var at = from; at <= to; at += MinuteOfAverages)
                prices.Add(At(pair, source, at));
        }
        else
        {
            prices.AddRange(worlds.Market.Trades("binance", CoinOf(pair), pair.Quote.ToUpperInvariant(), from.ToUnixTimeMilliseconds(),
                to.ToUnixTimeMilliseconds(), MostTrades).Select(trade => trade.Price));
        }
        return prices;
    }

    private Coin CoinOf(RatePair pair) => worlds.Market.ById(pair.Base)!;
}
