using Google.Protobuf.WellKnownTypes;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;
using StockPipeline.Simulator;
using StockPipeline.SimulatorTests.Probing;

namespace StockPipeline.SimulatorTests;

public sealed class HistoryTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 10, 9, 0, 30, TimeSpan.Zero);

    private MarketSimulator simulator = null!;
    private ApiProbe probe = null!;

    public async Task InitializeAsync()
    {
        simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Speed = 0.01 });
        probe = new ApiProbe(simulator.Endpoint);
    }

    public async Task DisposeAsync()
    {
        probe.Dispose();
        await simulator.DisposeAsync();
    }

    [Fact]
    public async Task History_is_the_truth_without_the_current_minute()
    {
        var figi = simulator.Market.Share("SBER").Figi;
        foreach (var interval in Interval.All)
        {
            var from = interval.Align(Noon) - (interval.Length * 3);
            var reply = await probe.CallAsync(ApiMethods.GetCandles, ApiRequests.History("SBER_TQBR", interval, from, Noon.AddHours(1)));

            var complete = reply.Candles.Where(candle => candle.IsComplete).ToList();

            var truth = simulator.Market.Candles(figi, interval, from, interval.Align(Noon));
            Assert.Equal(truth.Select(ApiRequests.Shape), complete.Select(ApiRequests.Shape));
            Assert.Equal(interval == Interval.OneMinute ? 0 : 1, reply.Candles.Count - complete.Count);
        }
    }

    [Fact]
    public async Task Up_to_hours_the_start_belongs_to_the_window_and_the_end_does_not()
    {
        var from = new DateTimeOffset(2026, 11, 9, 8, 0, 0, TimeSpan.Zero);

        var candles = (await GetAsync(ApiRequests.History("SBER_TQBR", Interval.FiveMinutes, from, from.AddMinutes(15)))).Candles;

        Assert.Equal([from, from.AddMinutes(5), from.AddMinutes(10)], candles.Select(candle => candle.Time.ToDateTimeOffset()));
        Assert.Empty((await GetAsync(ApiRequests.History("SBER_TQBR", Interval.OneHour, from.AddMinutes(1), from.AddMinutes(20)))).Candles);
    }

    [Fact]
    public async Task Days_go_by_dates_both_inclusive()
    {
        var monday = new DateTimeOffset(2026, 11, 2, 15, 0, 0, TimeSpan.Zero);

        var candles = (await GetAsync(ApiRequests.History("SBER_TQBR", Interval.OneDay, monday, monday.AddDays(4).AddHours(-10)))).Candles;

        // The Wednesday is a holiday.
        Assert.Equal([2, 3, 5, 6], candles.Select(candle => candle.Time.ToDateTimeOffset().Day));
        Assert.All(candles, candle => Assert.Equal(TimeSpan.Zero, candle.Time.ToDateTimeOffset().TimeOfDay));
    }

    [Fact]
    public async Task A_limit_gives_the_newest_candles_before_the_end()
    {
        foreach (var (ticker, count) in new[] { ("SBER", 40), ("KOGK", 12) })
        {
            var figi = simulator.Market.Share(ticker).Figi;
            var request = new GetCandlesRequest
            {
                InstrumentId = figi.Value, To = Noon.AddDays(-1).ToTimestamp(), Interval = CandleInterval._5Min, Limit = count,
            };

            var candles = (await GetAsync(request)).Candles;

            var expected = simulator.Market.Candles(figi, Interval.FiveMinutes, Noon.AddDays(-120), Noon.AddDays(-1)).TakeLast(count);
            Assert.Equal(expected.Select(ApiRequests.Shape), candles.Select(ApiRequests.Shape));
        }
    }

    [Theory]
    [InlineData(30014, 1, 25)]
    [InlineData(30014, 4, 93 * 24)]
    [InlineData(30012, 1, -1)]
    [InlineData(30011, 15, 1)]
    [InlineData(30011, 0, 1)]
    public async Task A_window_that_is_not_allowed_is_refused(int code, int interval, int hours)
    {
        var request = new GetCandlesRequest
        {
            InstrumentId = "SBER_TQBR", From = Noon.AddDays(-300).ToTimestamp(), To = Noon.AddDays(-300).AddHours(hours).ToTimestamp(),
            Interval = (CandleInterval)interval,
        };

        Assert.Equal(code, (await probe.AskAsync(ApiMethods.GetCandles, request)).Status.ApiCode);
    }

    [Fact]
    public async Task What_a_request_lacks_is_named()
    {
        var to = Noon.ToTimestamp();
        Assert.Equal(30093, await CodeAsync(new GetCandlesRequest { Interval = CandleInterval._1Min, From = to, To = to }));
        Assert.Equal(50002, await CodeAsync(new GetCandlesRequest { InstrumentId = "?", Interval = CandleInterval._1Min, From = to, To = to }));
        Assert.Equal(30004, await CodeAsync(new GetCandlesRequest { InstrumentId = "SBER_TQBR", Interval = CandleInterval._1Min, From = to }));
        Assert.Equal(30228, await CodeAsync(new GetCandlesRequest { InstrumentId = "SBER_TQBR", Interval = CandleInterval._1Min, To = to }));
        Assert.Equal(30062, await CodeAsync(new GetCandlesRequest
        {
            InstrumentId = "SBER_TQBR", Interval = CandleInterval._1Min, From = to, To = new Timestamp { Seconds = 5_000_000_000 },
        }));
    }

    private Task<GetCandlesResponse> GetAsync(GetCandlesRequest request) => probe.CallAsync(ApiMethods.GetCandles, request);

    private async Task<int?> CodeAsync(GetCandlesRequest request) => (await probe.AskAsync(ApiMethods.GetCandles, request)).Status.ApiCode;
}
