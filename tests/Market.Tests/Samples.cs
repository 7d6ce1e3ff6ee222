using Google.Protobuf.WellKnownTypes;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;
using StockPipeline.Market.History;
using StockPipeline.Market.Mapping;
using StockPipeline.Market.Streams;
using Instrument = StockPipeline.Contracts.Records.Instrument;

namespace StockPipeline.MarketTests;

/// <summary>Instruments and candles to test with.</summary>
internal static class Samples
{
    public static readonly Instrument Sber = Share(0) with
    {
        Figi = new Figi("BBG004730N88"), Uid = "e6123145-9665-43e0-8413-cd61b8aa9b13", Ticker = "SBER",
    };

    public static DateTimeOffset Utc(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) =>
        new(year, month, day, hour, minute, second, TimeSpan.Zero);

    public static Instrument Share(int number) => new()
    {
        Figi = new Figi($"FIGI{number:D8}"),
        Ticker = $"T{number}",
        ClassCode = "TQBR",
        Uid = $"uid-FIGI{number:D8}",
        Name = $"Share {number}",
        Currency = "rub",
        Lot = 10,
        MinPriceIncrement = Price.Parse("0.01"),
        Exchange = "moex_mrng_evng_e_wknd_dlr",
        Weekend = true,
    };

    public static StreamSubscription Subscription(int number, Interval? interval = null) =>
        StreamSubscription.Of(Share(number), interval ?? Interval.OneMinute);

    public static string FigiOf(string uid) => uid.StartsWith("uid-", StringComparison.Ordinal) ? uid[4..] : "";

    public static MarketDataResponse Candle(StreamSubscription subscription, DateTimeOffset trade, string close = "250.5") => new()
    {
        Candle = new Candle
        {
            Figi = subscription.Figi.Value,
            InstrumentUid = subscription.InstrumentId,
            Interval = CandleWindows.Of(subscription.Interval).Subscription,
            Open = Price.Parse("250").ToQuotation(),
            High = Price.Parse("251").ToQuotation(),
            Low = Price.Parse("249").ToQuotation(),
            Close = Price.Parse(close).ToQuotation(),
            Volume = 12,
            Time = Timestamp.FromDateTimeOffset(subscription.Interval.Align(trade)),
            LastTradeTs = Timestamp.FromDateTimeOffset(trade),
            CandleSourceType = CandleSource.Exchange,
        },
    };

    public static HistoricCandle Historic(DateTimeOffset time, bool complete = true, string close = "250.5") => new()
    {
        Open = Price.Parse("250").ToQuotation(),
        High = Price.Parse("251").ToQuotation(),
        Low = Price.Parse("249").ToQuotation(),
        Close = Price.Parse(close).ToQuotation(),
        Volume = 12,
        Time = Timestamp.FromDateTimeOffset(time),
        IsComplete = complete,
        CandleSource = CandleSource.Exchange,
    };
}
