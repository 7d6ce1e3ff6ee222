using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.History;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Faults;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.HistoryTests;

/// <summary>What a refusal makes of a task, over real topics.</summary>
public sealed class RefusedTaskTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-11-18T12:00:00Z", null);
    private static readonly Interval Hour = Interval.OneHour;

    [Theory]
    [InlineData(FaultKind.ProxyPage)]
    [InlineData(FaultKind.PermissionDenied)]
    [InlineData(FaultKind.Unauthenticated)]
    public async Task A_task_waits_while_nobody_is_let_in_and_is_done_once_somebody_is(FaultKind refusal)
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Seed = 5 });
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        await using var gaps = new TopicReader<Gap>(client, client.Topics.Gaps, await client.Codecs.GapsAsync(default));
        var sber = InstrumentOf(simulator, "SBER");
        simulator.Faults.Set(new FaultRule { Kind = refusal, Method = "GetCandles" });
        await AskAsync(surroundings, sber);
        ServiceInstance history = null!;

        await surroundings.WhileRunningAsync(builder => history = builder.AddHistory().Instance, async () =>
        {
            await Eventually.TrueAsync(() => simulator.Faults.Struck(refusal) >= 2);
            Assert.Empty(gaps.All);
            var failing = Assert.Single(history.Health!.Checks, check => check.State == CheckState.Failing);
            Assert.Contains("T-Invest", failing.Reason, StringComparison.Ordinal);
            simulator.Faults.Clear();

            await Eventually.TrueAsync(() => gaps.Latest.Count > 0);
            await Eventually.TrueAsync(() => history.Health!.IsReady);
        }, ("INVEST_API_HOST", simulator.Endpoint.ToString()), ("MARKET_CLOCK", new Uri(simulator.ControlEndpoint, "/clock").ToString()));

        Assert.Equal(GapState.Filled, Assert.Single(gaps.Latest).Value.State);
    }

    [Fact]
    public async Task What_the_exchange_says_of_an_instrument_is_final()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Seed = 5 });
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        await using var gaps = new TopicReader<Gap>(client, client.Topics.Gaps, await client.Codecs.GapsAsync(default));
        await AskAsync(surroundings, InstrumentOf(simulator, "SBER") with { Figi = new Figi("BBG00000GONE"), Uid = "gone" });

        await surroundings.WhileRunningAsync(
            builder => builder.AddHistory(), () => Eventually.TrueAsync(() => gaps.Latest.Count > 0),
            ("INVEST_API_HOST", simulator.Endpoint.ToString()),
            ("MARKET_CLOCK", new Uri(simulator.ControlEndpoint, "/clock").ToString()));

        Assert.Equal(GapState.Lost, Assert.Single(gaps.Latest).Value.State);
    }

    private static async Task AskAsync(ServiceSurroundings surroundings, Instrument instrument)
    {
        var client = surroundings.Client;
        await surroundings.ConfigureAsync(ConfigRecord.Of(instrument));
        var task = new HistoryTask
        {
            Figi = instrument.Figi, Interval = Hour, From = Hour.Align(Noon.AddHours(-4)), To = Hour.Align(Noon.AddHours(-1)),
            Reason = HistoryReason.Gap, Attempt = 1, Id = Guid.Parse("5a4a7d3e-51a6-4d0e-9f62-2a1f0e9b7c11"),
        };
        var writer = client.Kafka.WriteTo(client.Topics.HistoryAction, await client.Codecs.HistoryTasksAsync(default));
        await writer.DeliverAsync($"{task.Figi}/{task.Interval}", task, default);
    }

    private static Instrument InstrumentOf(MarketSimulator simulator, string ticker)
    {
        var listing = simulator.Market.Share(ticker);
        return new Instrument
        {
            Figi = listing.Figi, Ticker = listing.Ticker, ClassCode = listing.ClassCode, Uid = listing.Uid, Name = listing.Name,
            Currency = listing.Currency, Lot = listing.Lot, MinPriceIncrement = listing.MinPriceIncrement, Exchange = listing.Exchange,
            Weekend = listing.Weekend, FirstMinuteCandle = listing.FirstCandle, FirstDayCandle = listing.FirstCandle,
        };
    }
}
