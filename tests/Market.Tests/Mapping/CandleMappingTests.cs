using Google.Protobuf.WellKnownTypes;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Mapping;
using static StockPipeline.MarketTests.Samples;

namespace StockPipeline.MarketTests.Mapping;

public sealed class CandleMappingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(21)]
    public void A_daily_candle_is_known_by_its_date_whatever_hour_it_is_labelled_with(int hour) =>
        Assert.Equal(Utc(2026, 1, 5), CandleMapping.OpenOf(Timestamp.FromDateTimeOffset(Utc(2026, 1, 5, hour)), Interval.OneDay));

    [Fact]
    public void A_time_that_opens_no_candle_is_refused()
    {
        Assert.Throws<FormatException>(() => CandleMapping.OpenOf(Timestamp.FromDateTimeOffset(Utc(2026, 1, 5, 10, 1)), Interval.FiveMinutes));
        Assert.Throws<FormatException>(() => CandleMapping.OpenOf(null, Interval.FiveMinutes));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0.01")]
    [InlineData("0.000000001")]
    [InlineData("999999999.999999999")]
    public void Prices_go_there_and_back_exactly(string price) =>
        Assert.Equal(Price.Parse(price), Price.Parse(price).ToQuotation().ToPrice());

    [Fact]
    public void A_share_becomes_an_instrument_with_what_the_pipeline_needs()
    {
        var share = new Share
        {
            Figi = "BBG004730N88", Ticker = "SBER", ClassCode = "TQBR", Uid = "uid", Name = "Сбер Банк", Currency = "rub", Lot = 10,
            MinPriceIncrement = new Quotation { Nano = 10_000_000 }, Exchange = "moex_mrng_evng_e_wknd_dlr", WeekendFlag = true,
            First1MinCandleDate = Timestamp.FromDateTimeOffset(Utc(2018, 3, 7, 18, 33)),
        };

        var instrument = share.ToRecord();

        Assert.Equal(("SBER", 10, true, "0.01"), (instrument.Ticker, instrument.Lot, instrument.Weekend, instrument.MinPriceIncrement.ToString()));
        Assert.Equal(Utc(2018, 3, 7, 18, 33), instrument.FirstMinuteCandle);
        Assert.Null(instrument.FirstDayCandle);
    }
}
