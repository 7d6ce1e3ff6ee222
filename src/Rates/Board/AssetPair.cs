using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Pairs;

namespace StockPipeline.Rates.Board;

/// <summary>Two assets by the one name each has: <c>bitcoin-usdt</c> and <c>bitcoin-tether</c> are the same market.</summary>
public readonly record struct AssetPair(string Base, string Quote)
{
    public AssetPair Turned => new(Quote, Base);

    public static AssetPair Of(RatePair pair) => new(KnownAssets.Canonical(pair.Base), KnownAssets.Canonical(pair.Quote));
}
