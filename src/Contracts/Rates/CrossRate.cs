using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Contracts.Rates;

/// <summary>
/// A pair that is followed though no source trades it: its price is made of others, the other way round or over a third asset. Its candles stand
/// under <c>ethereum-bitcoin.cross</c>, and it is followed while a rule asks for it.
/// </summary>
public static class CrossRate
{
    /// <summary>Stands where others have the name of a source; no source may be called so.</summary>
    public const string Source = "cross";

    public static Figi FigiOf(RatePair pair) => RateFigi.Of(pair, Source);

    /// <summary>What people call it: <c>ethereum-bitcoin@cross</c>.</summary>
    public static string NameOf(RatePair pair) => $"{pair}@{Source}";

    /// <summary>The pair behind a name; false where the name is none of a cross rate, or of another than the FIGI.</summary>
    public static bool TryRead(Figi figi, string name, out RatePair pair)
    {
        pair = default;
        return name.Split('@') is [var text, Source] && RatePair.TryParse(text, out pair) && FigiOf(pair) == figi;
    }
}
