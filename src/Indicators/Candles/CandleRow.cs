using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Indicators.Candles;

/// <summary>One candle as indicators see it.</summary>
/// <param name="OpenTime">Milliseconds since 1970, UTC.</param>
/// <param name="Close">Exactly, as it is published beside the values.</param>
/// <param name="Open">The first price.</param>
/// <param name="High">The highest price.</param>
/// <param name="Low">The lowest price.</param>
/// <param name="Volume">In lots.</param>
/// <param name="Final">The interval is over.</param>
public readonly record struct CandleRow(long OpenTime, Price Close, double Open, double High, double Low, double Volume, bool Final)
{
    internal const long Second = 1_000;

    private const long Day = 24 * 3_600 * Second;

    /// <summary>When the session began that it belongs to, in milliseconds since 1970; 0 where nobody has said so: then it is the day, UTC.</summary>
    public long Session { get; init; }

    internal uint SessionSeconds => (uint)((Session != 0 ? Session : OpenTime - (((OpenTime % Day) + Day) % Day)) / Second);

    public static CandleRow Of(Candle candle) => new(
        candle.OpenTime.ToUnixTimeMilliseconds(), candle.Close, candle.Open.ToDouble(), candle.High.ToDouble(), candle.Low.ToDouble(), candle.Volume,
        candle.Final);

    /// <summary>A candle of a single price.</summary>
    public static CandleRow Of(long openTime, Price price, bool final)
    {
        var value = price.ToDouble();
        return new CandleRow(openTime, price, value, value, value, 0, final);
    }
}
