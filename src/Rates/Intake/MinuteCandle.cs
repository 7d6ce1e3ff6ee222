using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Rates.Intake;

/// <summary>One minute of one feed.</summary>
/// <param name="OpenTime">Of the minute.</param>
/// <param name="Open">First price.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="LastTime">Of the last price.</param>
/// <param name="Updates">Prices that came.</param>
/// <param name="Final">The minute is over.</param>
/// <param name="Revision">Changes since it was over.</param>
public sealed record MinuteCandle(
    DateTimeOffset OpenTime, decimal Open, decimal High, decimal Low, decimal Close, DateTimeOffset LastTime, int Updates, bool Final, int Revision)
{
    public static MinuteCandle Of(DateTimeOffset openTime, decimal price, DateTimeOffset at) =>
        new(openTime, price, price, price, price, at, 1, false, 0);

    public MinuteCandle With(decimal price, DateTimeOffset at) => this with
    {
        High = Math.Max(High, price),
        Low = Math.Min(Low, price),
        Close = at >= LastTime ? price : Close,
        LastTime = at > LastTime ? at : LastTime,
        Updates = Updates == int.MaxValue ? Updates : Updates + 1,
        Revision = Final ? Revision + 1 : Revision,
    };

    /// <summary>The candle as all topics know candles; null where its prices do not fit one, being below a billionth or above a billion.</summary>
    public Candle? ToCandle(Figi figi)
    {
        if (!TryPrice(Open, out var open) || !TryPrice(High, out var high) || !TryPrice(Low, out var low) || !TryPrice(Close, out var close))
            return null;
        return new Candle
        {
            Figi = figi, OpenTime = OpenTime, Open = open, High = high, Low = low, Close = close, Volume = Updates, LastTradeTime = LastTime,
            Final = Final, Source = CandleSource.Stream, Revision = Revision,
        };
    }

    private static bool TryPrice(decimal value, out Price price)
    {
        price = default;
        var rounded = decimal.Round(value, Price.Scale, MidpointRounding.ToEven);
        if (rounded <= 0 || rounded >= Price.One)
            return false;
        price = Price.FromDecimal(rounded);
        return true;
    }
}
