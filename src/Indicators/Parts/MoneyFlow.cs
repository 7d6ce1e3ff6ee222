using System.Runtime.CompilerServices;
using StockPipeline.Indicators.Candles;

namespace StockPipeline.Indicators.Parts;

/// <summary>The volume of a candle weighed by where its close stands: all of it at the high, none in the middle, all taken off at the low.</summary>
internal static class MoneyFlow
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double At(CandleColumns candles, int index)
    {
        var (high, low, close) = (candles.High[index], candles.Low[index], candles.Close[index]);
        return high > low ? candles.Volume[index] * ((close - low) - (high - close)) / (high - low) : 0;
    }
}
