using Google.Protobuf.WellKnownTypes;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Api;

/// <summary>Turns what the market knows into the messages of the contract.</summary>
internal static class ApiMessages
{
    private const long NanosPerUnit = Price.One;

    public static Quotation Quotation(long nanos) => new() { Units = nanos / NanosPerUnit, Nano = (int)(nanos % NanosPerUnit) };

    public static Timestamp Time(long unixMs) => new()
    {
        Seconds = (unixMs / 1000) - (unixMs % 1000 < 0 ? 1 : 0), Nanos = (int)(((unixMs % 1000) + 1000) % 1000) * 1_000_000,
    };

    /// <summary>Reads an instant: what is beyond the calendar becomes its end, and is then refused as out of range.</summary>
    public static DateTimeOffset Instant(Timestamp time)
    {
        var seconds = Math.Clamp(time.Seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        return DateTimeOffset.FromUnixTimeSeconds(seconds) + TimeSpan.FromTicks(Math.Clamp(time.Nanos, 0, 999_999_999) / 100);
    }

    public static HistoricCandle HistoricCandle(in Bar bar, bool complete) => new()
    {
        Open = Quotation(bar.Open),
        High = Quotation(bar.High),
        Low = Quotation(bar.Low),
        Close = Quotation(bar.Close),
        Volume = bar.Volume,
        VolumeBuy = bar.VolumeBuy,
        VolumeSell = bar.Volume - bar.VolumeBuy,
        Time = Time(bar.OpenMs),
        IsComplete = complete,
        CandleSource = CandleSource.Exchange,
    };

    public static Candle Candle(Listing listing, CandlePeriod period, in Bar bar) => new()
    {
        Figi = listing.Figi.Value,
        InstrumentUid = listing.Uid,
        Ticker = listing.Ticker,
        ClassCode = listing.ClassCode,
        Interval = (SubscriptionInterval)period.Number,
        Open = Quotation(bar.Open),
        High = Quotation(bar.High),
        Low = Quotation(bar.Low),
        Close = Quotation(bar.Close),
        Volume = bar.Volume,
        VolumeBuy = bar.VolumeBuy,
        VolumeSell = bar.Volume - bar.VolumeBuy,
        Time = Time(bar.OpenMs),
        LastTradeTs = Time(bar.LastTradeMs),
        CandleSourceType = CandleSource.Exchange,
    };

    public static LastPrice LastPrice(Listing listing, long price, long timeMs) => new()
    {
        Figi = listing.Figi.Value,
        InstrumentUid = listing.Uid,
        Ticker = listing.Ticker,
        ClassCode = listing.ClassCode,
        Price = Quotation(price),
        Time = Time(timeMs),
        LastPriceType = LastPriceType.LastPriceExchange,
    };

    public static Share Share(Listing listing, SecurityTradingStatus status) => new()
    {
        Figi = listing.Figi.Value,
        Ticker = listing.Ticker,
        ClassCode = listing.ClassCode,
        Isin = listing.Isin,
        Lot = listing.Lot,
        Currency = listing.Currency,
        Name = listing.Name,
        Exchange = listing.Exchange,
        CountryOfRisk = "RU",
        CountryOfRiskName = "Russia",
        TradingStatus = status,
        BuyAvailableFlag = listing.ApiTradeAvailable,
        SellAvailableFlag = listing.ApiTradeAvailable,
        ApiTradeAvailableFlag = listing.ApiTradeAvailable,
        ShareType = listing.Name.EndsWith("preferred", StringComparison.Ordinal) ? ShareType.Preferred : ShareType.Common,
        MinPriceIncrement = Quotation(listing.MinPriceIncrement.Nanos),
        Uid = listing.Uid,
        PositionUid = PositionUid(listing),
        AssetUid = ListingTable.MadeUpUid($"asset {listing.Isin}"),
        RealExchange = RealExchangeOf(listing),
        ForIisFlag = true,
        WeekendFlag = listing.Weekend,
        LiquidityFlag = listing.TradesPerMinute >= 1,
        First1MinCandleDate = listing.FirstCandle.ToTimestamp(),
        First1DayCandleDate = listing.FirstCandle.ToTimestamp(),
    };

    public static Instrument Instrument(Listing listing, SecurityTradingStatus status) => new()
    {
        Figi = listing.Figi.Value,
        Ticker = listing.Ticker,
        ClassCode = listing.ClassCode,
        Isin = listing.Isin,
        Lot = listing.Lot,
        Currency = listing.Currency,
        Name = listing.Name,
        Exchange = listing.Exchange,
        CountryOfRisk = "RU",
        CountryOfRiskName = "Russia",
        InstrumentType = "share",
        InstrumentKind = InstrumentType.Share,
        TradingStatus = status,
        BuyAvailableFlag = listing.ApiTradeAvailable,
        SellAvailableFlag = listing.ApiTradeAvailable,
        ApiTradeAvailableFlag = listing.ApiTradeAvailable,
        MinPriceIncrement = Quotation(listing.MinPriceIncrement.Nanos),
        Uid = listing.Uid,
        PositionUid = PositionUid(listing),
        AssetUid = ListingTable.MadeUpUid($"asset {listing.Isin}"),
        RealExchange = RealExchangeOf(listing),
        ForIisFlag = true,
        WeekendFlag = listing.Weekend,
        First1MinCandleDate = listing.FirstCandle.ToTimestamp(),
        First1DayCandleDate = listing.FirstCandle.ToTimestamp(),
    };

    public static InstrumentShort Short(Listing listing) => new()
    {
        Figi = listing.Figi.Value,
        Ticker = listing.Ticker,
        ClassCode = listing.ClassCode,
        Isin = listing.Isin,
        Lot = listing.Lot,
        Name = listing.Name,
        InstrumentType = "share",
        InstrumentKind = InstrumentType.Share,
        Uid = listing.Uid,
        PositionUid = PositionUid(listing),
        ApiTradeAvailableFlag = listing.ApiTradeAvailable,
        ForIisFlag = true,
        WeekendFlag = listing.Weekend,
        First1MinCandleDate = listing.FirstCandle.ToTimestamp(),
        First1DayCandleDate = listing.FirstCandle.ToTimestamp(),
    };

    public static string PositionUid(Listing listing) => ListingTable.MadeUpUid($"position {listing.Uid}");

    private static RealExchange RealExchangeOf(Listing listing) =>
        listing.ClassCode.StartsWith("SPB", StringComparison.Ordinal) ? RealExchange.Rts : RealExchange.Moex;
}
