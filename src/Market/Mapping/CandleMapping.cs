using Google.Protobuf.WellKnownTypes;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;
using Records = StockPipeline.Contracts.Records;

namespace StockPipeline.Market.Mapping;

/// <summary>Turns candles of the API into records of the pipeline.</summary>
public static class CandleMapping
{
    /// <summary>A candle of the stream: forming, for the API never says when one is closed.</summary>
    /// <exception cref="FormatException">The message makes no candle.</exception>
    public static Records.Candle ToRecord(this Candle candle, Figi figi, Interval interval) => new()
    {
        Figi = figi,
        OpenTime = OpenOf(candle.Time, interval),
        Open = candle.Open.ToPrice(),
        High = candle.High.ToPrice(),
        Low = candle.Low.ToPrice(),
        Close = candle.Close.ToPrice(),
        Volume = candle.Volume,
        LastTradeTime = candle.LastTradeTs?.ToDateTimeOffset(),
        Final = false,
        Source = Records.CandleSource.Stream,
    };

    /// <summary>A complete candle of history.</summary>
    /// <exception cref="FormatException">The message makes no candle.</exception>
    public static Records.Candle ToRecord(this HistoricCandle candle, Figi figi, Interval interval) => new()
    {
        Figi = figi,
        OpenTime = OpenOf(candle.Time, interval),
        Open = candle.Open.ToPrice(),
        High = candle.High.ToPrice(),
        Low = candle.Low.ToPrice(),
        Close = candle.Close.ToPrice(),
        Volume = candle.Volume,
        Final = true,
        Source = Records.CandleSource.History,
    };

    /// <summary>The API has labelled daily candles with several times of the day; the date is what counts.</summary>
    /// <exception cref="FormatException">There is no time, or it opens no candle of the interval.</exception>
    public static DateTimeOffset OpenOf(Timestamp? time, Interval interval)
    {
        var open = time?.ToDateTimeOffset() ?? throw new FormatException("the open time is missing");
        return interval == Interval.OneDay ? interval.Align(open)
            : interval.IsAligned(open) ? open
            : throw new FormatException($"{open:O} opens no candle of {interval}");
    }
}

/// <summary>Turns prices as the API writes them into those of the pipeline and back.</summary>
public static class Quotations
{
    /// <exception cref="FormatException">Nothing was sent, or the parts make no price.</exception>
    public static Price ToPrice(this Quotation? quotation) => quotation is null
        ? throw new FormatException("a price is missing")
        : Price.FromUnits(quotation.Units, quotation.Nano);

    public static Quotation ToQuotation(this Price price) => new() { Units = price.Units, Nano = price.Nano };
}
