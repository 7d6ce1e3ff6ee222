using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Pairs;

namespace StockPipeline.Rates.Board;

/// <summary>A pair of currencies whose candles can be followed.</summary>
/// <param name="Figi">Under what its candles stand.</param>
/// <param name="Name">The pair and its source, as people call it: <c>bitcoin-usdt@binance</c>.</param>
/// <param name="Quote">What it is priced in.</param>
public sealed record FollowedRate(Figi Figi, string Name, string Quote)
{
    /// <summary>Reads a pair as people write it: <c>bitcoin-usd</c>, <c>BTC/USD</c>; <c>btcusd</c> not.</summary>
    public static bool TryReadPair(string text, out RatePair pair)
    {
        if (!RatePair.TryParse(text.Trim().ToLowerInvariant().Replace('/', '-'), out pair))
            return false;
        return KnownAssets.IdOf(pair.Base) is not { } id || RatePair.TryParse($"{id}-{pair.Quote}", out pair);
    }

    /// <summary>
    /// What somebody means: a pair at the source that is asked first, or at the one that stands after an @; where no source trades it, what others
    /// make of it. Null where there is none.
    /// </summary>
    public static FollowedRate? Find(RateBoard board, string text, DateTimeOffset now)
    {
        var (pairText, source) = text.Split('@') is [var before, var after] ? (before, after.ToLowerInvariant()) : (text, null);
        if (!TryReadPair(pairText, out var pair))
            return null;
        var market = AssetPair.Of(pair);
        var rate = board.Rates.Where(one => AssetPair.Of(one.Pair) == market && (source is null || one.Source == source))
            .OrderBy(one => one.Priority).ThenBy(one => one.Pair.ToString() != pair.ToString()).ThenBy(one => one.Source, StringComparer.Ordinal)
            .FirstOrDefault();
        if (rate is not null)
            return new FollowedRate(RateFigi.Of(rate.Pair, rate.Source), $"{rate.Pair}@{rate.Source}", rate.Pair.Quote);
        if (source is not (null or CrossRate.Source) || board.Courses(pair, now).Count == 0)
            return null;
        // Written one way and another it is one series.
        var plain = RatePair.IsQuote(market.Quote) ? new RatePair(market.Base, market.Quote) : pair;
        return new FollowedRate(CrossRate.FigiOf(plain), CrossRate.NameOf(plain), plain.Quote);
    }
}
