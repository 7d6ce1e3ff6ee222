using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Calendar;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;
using StockPipeline.Market.Api;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Limits;
using StockPipeline.Market.Mapping;
using StockPipeline.Polygon;
using StockPipeline.Polygon.Calendar;
using StockPipeline.Polygon.Rest;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Polygon;
using StockPipeline.TaskWorkers.Comparing;
using StockPipeline.TaskWorkers.Kinds;
using StockPipeline.TaskWorkers.Reading;
using StockPipeline.Tasks;
using StockPipeline.Testing;
using Instrument = StockPipeline.Contracts.Records.Instrument;
using Interval = StockPipeline.Contracts.Time.Interval;
using SessionKind = StockPipeline.Contracts.Records.SessionKind;
using TradingDay = StockPipeline.Contracts.Records.TradingDay;
using TradingSession = StockPipeline.Contracts.Records.TradingSession;

namespace StockPipeline.TasksTests;

/// <summary>Our values beside those that the broker and polygon.io calculate, as their simulators do by code of their own.</summary>
public sealed class CompareTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_the_broker_calculates_agrees_with_what_we_calculate_from_its_candles()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon });
        using var api = new InvestApiClient(
            new InvestApiOptions { Host = simulator.Endpoint.ToString(), AllowPlainHttp = true }, new InProcessQuota(TimeProvider.System),
            NullLogger<InvestApiClient>.Instance);
        var shares = await api.Instruments.SharesAsync(new InstrumentsRequest { InstrumentStatus = InstrumentStatus.Base });
        var sber = Share(shares.Instruments.First(one => one.Ticker == "SBER").Uid);
        var bars = await BarsAsync(api, sber, weeks: 6);
        var range = new TimeRange(Noon.AddDays(-5), Noon);
        var broker = new BrokerValues(api);

        foreach (var text in new[] { "macd(12,26,9)", "macd(5,20,7)", "rsi(14)", "sma(20)", "ema(50)", "bollinger(20,2)" })
        {
            var indicator = IndicatorCatalogue.Parse(text);
            var theirs = await broker.ReadAsync(sber, Interval.FiveMinutes, indicator, range, default);
            var agreement = Agreement.Of(indicator, Calculated(indicator, bars, Interval.FiveMinutes), theirs, range);

            Assert.True(agreement is { Percent: 100, OnlyOurs: 0, OnlyTheirs: 0, Compared: > 300 }, $"{text}: {agreement}");
        }
        var unknown = await Assert.ThrowsAsync<TaskFailedException>(
            () => broker.ReadAsync(sber, Interval.FiveMinutes, IndicatorCatalogue.Parse("adx"), range, default));
        Assert.Contains("does not calculate adx", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Polygons_macd_over_days_agrees_with_ours_though_a_split_lies_in_between()
    {
        var noon = NewYork.At(new DateOnly(2026, 11, 25), new TimeOnly(12, 0));
        await using var world = await PolygonWorld.StartAsync(new PolygonWorldOptions
        {
            Clock = new ManualClock(noon),
            Splits = new Dictionary<string, (DateOnly, int, int)> { ["AAPL"] = (new DateOnly(2026, 10, 14), 1, 4) },
        });
        using var polygon = new PolygonClient(
            new PolygonOptions { ApiKey = new Secret("key"), Plan = PolygonPlan.Paid, Rest = world.Endpoint }, TimeProvider.System);
        var days = new List<Bar>();
        await foreach (var page in polygon.BarsAsync("AAPL", days: true, noon.AddDays(-500), noon.AddDays(-1), default))
            days.AddRange(page.Select(DayOf));
        var range = new TimeRange(noon.AddDays(-90), noon.AddDays(-1));
        var macd = IndicatorCatalogue.Parse("macd(12,26,9)");

        var theirs = await new PolygonValues(polygon).ReadAsync(Share("u"), Interval.OneDay, macd, range, default);
        var agreement = Agreement.Of(macd, Calculated(macd, [.. days], Interval.OneDay), theirs, range);

        Assert.True(agreement is { Percent: 100, Compared: > 150 }, agreement.ToString());
    }

    [Fact]
    public void A_session_begins_where_the_calendar_says_as_in_the_live_values()
    {
        var day = new TradingDay
        {
            Date = DateOnly.FromDateTime(Noon.UtcDateTime), Exchange = "X",
            Sessions = [Session(SessionKind.Main, 0, 10), Session(SessionKind.Evening, 10, 60)],
        };
        Bar[] bars = [.. Enumerable.Range(0, 12).Select(number =>
            new Bar(Noon.AddMinutes(number).ToUnixTimeMilliseconds(), 1, number * Price.One, number * Price.One, number * Price.One, 1, true))];

        var values = IndicatorRunner.Calculate(
            IndicatorCatalogue.Parse("vwap"), bars, TradingCalendar.Empty.With([day]).Of("X"), Interval.OneMinute);

        Assert.Equal(4.5, values.LinesOf(9)[0], 9);
        Assert.Equal(10, values.LinesOf(10)[0], 9);
        Assert.Equal(10.5, values.LinesOf(11)[0], 9);

        static TradingSession Session(SessionKind kind, int from, int to) => new(kind, Noon.AddMinutes(from), Noon.AddMinutes(to));
    }

    [Fact]
    public void What_differs_lowers_the_agreement_and_is_shown()
    {
        var sma = IndicatorCatalogue.Parse("sma(2)");
        Bar[] bars = [.. Enumerable.Range(0, 12).Select(number =>
            new Bar(Noon.AddMinutes(number).ToUnixTimeMilliseconds(), 1, 1, 1, Price.One, 1, true))];
        var theirs = Enumerable.Range(1, 10).Select(number =>
            new ForeignValue(Noon.AddMinutes(number), new Dictionary<string, double> { ["sma"] = number == 4 ? 1.01 : 1.00001 })).ToList();

        var agreement = Agreement.Of(sma, Calculated(sma, bars, Interval.OneMinute), theirs, new TimeRange(Noon, Noon.AddHours(1)));
        var nothing = Agreement.Of(sma, Calculated(sma, bars, Interval.OneMinute), [], new TimeRange(Noon, Noon.AddHours(1)));

        Assert.Equal((10, 1, 0, 90.0), (agreement.Compared, agreement.OnlyOurs, agreement.OnlyTheirs, agreement.Percent));
        Assert.Equal(0.01, agreement.Greatest, 6);
        Assert.Equal(Noon.AddMinutes(4), agreement.Worst.MaxBy(one => one.Difference)!.Time);
        Assert.Equal((0, 11, null), (nothing.Compared, nothing.OnlyOurs, nothing.Percent));
    }

    private static async Task<Bar[]> BarsAsync(InvestApiClient api, Instrument share, int weeks)
    {
        var bars = new List<Bar>();
        for (var week = weeks; week > 0; week--)
        {
            var answer = await api.MarketData.GetCandlesAsync(new GetCandlesRequest
            {
                InstrumentId = share.Uid, Interval = CandleInterval._5Min,
                From = Timestamp.FromDateTimeOffset(Noon.AddDays(-7 * week)), To = Timestamp.FromDateTimeOffset(Noon.AddDays(-7 * (week - 1))),
            });
            bars.AddRange(answer.Candles.Where(candle => candle.IsComplete)
                .Select(candle => Bar.Of(candle.ToRecord(share.Figi, Interval.FiveMinutes))));
        }
        return [.. bars.DistinctBy(bar => bar.OpenMs).OrderBy(bar => bar.OpenMs)];
    }

    private static Bar DayOf(AggregateBar bar)
    {
        var open = new DateTimeOffset(
            NewYork.DateOf(DateTimeOffset.FromUnixTimeMilliseconds(bar.TimeMs)).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return new Bar(
            open.ToUnixTimeMilliseconds(), Nanos(bar.Open), Nanos(bar.High), Nanos(bar.Low), Nanos(bar.Close), (long)bar.Volume, true);

        static long Nanos(decimal price) => Price.FromDecimal(Math.Round(price, 9)).Nanos;
    }

    private static Instrument Share(string uid) => new()
    {
        Figi = new Figi("FIGI00000009"), Ticker = "AAPL", ClassCode = "TQBR", Uid = uid, Name = "A", Currency = "rub", Lot = 1,
        MinPriceIncrement = Price.FromDecimal(0.01m), Exchange = "MOEX", Weekend = false,
    };

    private static ValueChanges Calculated(Indicator indicator, ReadOnlySpan<Bar> bars, Interval interval) =>
        IndicatorRunner.Calculate(indicator, bars, TradingCalendar.Empty.Of("X"), interval);
}
