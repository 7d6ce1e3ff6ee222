using System.Runtime.CompilerServices;
using StockPipeline.Indicators.Candles;

namespace StockPipeline.Indicators.Parts;

/// <summary>How far the price went since the close before.</summary>
internal static class TrueRange
{
    /// <summary>The first candle has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double At(CandleColumns candles, int index)
    {
        var (high, low, before) = (candles.High[index], candles.Low[index], candles.Close[index - 1]);
        return double.MaxNative(high - low, double.MaxNative(Math.Abs(high - before), Math.Abs(low - before)));
    }
}
