using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.GapsTests;

internal static class Sample
{
    public static readonly Figi Figi = new("BBG004730N88");

    public static readonly Instrument Instrument = new()
    {
        Figi = Figi, Ticker = "AAPL", ClassCode = "XNAS", Uid = Figi.Value, Name = "Apple", Currency = "usd", Lot = 1,
        MinPriceIncrement = Price.FromDecimal(0.01m), Exchange = "exchange", Weekend = false,
    };

    public static Gap Gap(DateTimeOffset from, DateTimeOffset to, GapState state, int attempts, DateTimeOffset at) => new()
    {
        Figi = Figi, Interval = Interval.OneMinute, From = from, To = to, Missing = 0, State = state, Attempts = attempts, UpdatedAt = at,
    };
}
