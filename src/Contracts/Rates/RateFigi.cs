using System.Globalization;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;

namespace StockPipeline.Contracts.Rates;

/// <summary>
/// Under what the candles of a rate stand: <c>bitcoin-usdt.binance</c>. No genuine FIGI has a full stop or small letters, so the two never meet.
/// </summary>
public static class RateFigi
{
    private const int HashLetters = 9;

    public static Figi Of(RatePair pair, string source)
    {
        var whole = $"{pair}.{source}";
        if (whole.Length <= Figi.MaxLength)
            return new Figi(whole);
        // Too long to be written out: the beginning, and a hash of all of it.
        var hash = FigiPartition.Murmur2(System.Text.Encoding.ASCII.GetBytes(whole));
        return new Figi(string.Create(CultureInfo.InvariantCulture, $"{whole[..(Figi.MaxLength - HashLetters)]}.{hash:x8}"));
    }

    public static bool IsOfRate(Figi figi) => figi.Value.Contains('.', StringComparison.Ordinal) && !figi.Value.Any(char.IsAsciiLetterUpper);
}
