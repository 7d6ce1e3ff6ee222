using System.Runtime.CompilerServices;

namespace StockPipeline.Simulator.Market;

/// <summary>
/// What trades of one stretch of time add up to; prices in billionths. It opens with the trade at FirstTradeMs and
/// closes with the one at LastTradeMs; at ReportedMs the last of the trades was heard of, and from then on it does not change.
/// </summary>
internal readonly record struct Bar(
    long OpenMs, long Open, long High, long Low, long Close, long Volume, long VolumeBuy, long FirstTradeMs, long LastTradeMs, long ReportedMs)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Bar Of(long openMs, in Trade trade) => new(
        openMs, trade.Price, trade.Price, trade.Price, trade.Price, trade.Lots, trade.Buy ? trade.Lots : 0, trade.TimeMs, trade.TimeMs,
        trade.ReportedMs);

    /// <summary>Trades may come in any order: the earliest makes the open and the latest the close; of two at once, the one added later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Bar With(in Bar other) => new(
        OpenMs,
        other.FirstTradeMs < FirstTradeMs ? other.Open : Open,
        Math.Max(High, other.High),
        Math.Min(Low, other.Low),
        other.LastTradeMs >= LastTradeMs ? other.Close : Close,
        Volume + other.Volume,
        VolumeBuy + other.VolumeBuy,
        Math.Min(FirstTradeMs, other.FirstTradeMs),
        Math.Max(LastTradeMs, other.LastTradeMs),
        Math.Max(ReportedMs, other.ReportedMs));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Bar With(in Trade trade) => With(Of(OpenMs, trade));

    /// <summary>The bar after a split of one share into several: prices on the grid of the increment, volume multiplied.</summary>
    public Bar Split(int ratio, long increment) => this with
    {
        Open = SplitPrice(Open, ratio, increment),
        High = SplitPrice(High, ratio, increment),
        Low = SplitPrice(Low, ratio, increment),
        Close = SplitPrice(Close, ratio, increment),
        Volume = Volume * ratio,
        VolumeBuy = VolumeBuy * ratio,
    };

    /// <summary>Rounding is monotone, so a split bar keeps its order of prices, and split minutes add up to the split hour.</summary>
    public static long SplitPrice(long price, int ratio, long increment) =>
        Math.Max(increment, (((price / ratio) + (increment / 2)) / increment) * increment);
}

/// <summary>One anonymous trade.</summary>
/// <param name="TimeMs">When the exchange made it, in Unix milliseconds.</param>
/// <param name="ReportedMs">When the broker heard of it: later than the time for a trade that corrects a closed candle.</param>
/// <param name="Price">In billionths.</param>
/// <param name="Lots">How many lots changed hands.</param>
/// <param name="Buy">The side that took the price.</param>
internal readonly record struct Trade(long TimeMs, long ReportedMs, long Price, long Lots, bool Buy);
