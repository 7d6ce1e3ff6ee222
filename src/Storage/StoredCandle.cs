using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Storage;

/// <summary>A candle as memory holds many of: its series knows the instrument and the time, and it is no object of its own.</summary>
internal readonly record struct StoredCandle(
    Price Open, Price High, Price Low, Price Close, long Volume, DateTimeOffset? LastTradeTime, int Revision, CandleSource Source, bool Final)
{
    public static StoredCandle Of(Candle candle) => new(
        candle.Open, candle.High, candle.Low, candle.Close, candle.Volume, candle.LastTradeTime, candle.Revision, candle.Source, candle.Final);

    public Candle In(Figi figi, DateTimeOffset openTime) => new()
    {
        Figi = figi, OpenTime = openTime, Open = Open, High = High, Low = Low, Close = Close, Volume = Volume, LastTradeTime = LastTradeTime,
        Final = Final, Source = Source, Revision = Revision,
    };
}
