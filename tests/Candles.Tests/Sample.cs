using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.CandlesTests;

/// <summary>Candles and instants as these tests write them: minutes after a fixed morning.</summary>
internal static class Sample
{
    public static readonly Figi Sber = new("BBG004730N88");
    public static readonly DateTimeOffset Morning = DateTimeOffset.Parse("2026-11-20T07:00:00Z", null);

    public static DateTimeOffset At(double minutes) => Morning.AddMinutes(minutes);

    public static Candle Candle(double minute, decimal close, long volume = 1, bool final = false) => new()
    {
        Figi = Sber, OpenTime = At(minute), Open = Price.FromDecimal(close), High = Price.FromDecimal(close + 1), Low = Price.FromDecimal(close - 1),
        Close = Price.FromDecimal(close), Volume = volume, LastTradeTime = At(minute).AddSeconds(30), Final = final, Source = CandleSource.Stream,
    };

    public static TimeRange Range(double from, double to) => new(At(from), At(to));
}
