using StockPipeline.Contracts.Instruments;
using StockPipeline.Market.Contract;
using Records = StockPipeline.Contracts.Records;

namespace StockPipeline.Market.Mapping;

/// <summary>Turns instruments of the API into records of the pipeline.</summary>
public static class InstrumentMapping
{
    /// <exception cref="FormatException">The FIGI or the price step cannot be used.</exception>
    public static Records.Instrument ToRecord(this Share share) => new()
    {
        Figi = new Figi(share.Figi),
        Ticker = share.Ticker,
        ClassCode = share.ClassCode,
        Uid = share.Uid,
        Name = share.Name,
        Currency = share.Currency,
        Lot = share.Lot,
        MinPriceIncrement = share.MinPriceIncrement.ToPrice(),
        Exchange = share.Exchange,
        Weekend = share.WeekendFlag,
        FirstMinuteCandle = share.First1MinCandleDate?.ToDateTimeOffset(),
        FirstDayCandle = share.First1DayCandleDate?.ToDateTimeOffset(),
    };
}
