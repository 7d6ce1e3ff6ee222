using StockPipeline.Candles;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Faults;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.CandlesTests.Service;

/// <summary>The candles of a stream, over real topics, while it works, breaks and is begun again.</summary>
public sealed class StreamIngesterTests
{
    private static readonly Interval Minute = Interval.OneMinute;
    private static readonly DateTimeOffset Noon = new(2026, 11, 18, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Candles_form_and_close_and_what_the_stream_missed_or_nobody_listened_to_is_asked_of_history()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Seed = 7, Speed = 60 });
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        var sber = simulator.Market.Share("SBER");
        await surroundings.ConfigureAsync(ConfigRecord.Of(new Instrument
        {
            Figi = sber.Figi, Ticker = sber.Ticker, ClassCode = sber.ClassCode, Uid = sber.Uid, Name = sber.Name, Currency = sber.Currency,
            Lot = sber.Lot, MinPriceIncrement = sber.MinPriceIncrement, Exchange = sber.Exchange, Weekend = sber.Weekend,
            FirstMinuteCandle = sber.FirstCandle, FirstDayCandle = sber.FirstCandle,
        }));
        await using var candles = new TopicReader<Candle>(client, client.Topics.Candles(Minute), await client.Codecs.CandlesAsync(Minute, default));
        await using var tasks = new TopicReader<HistoryTask>(
            client, client.Topics.HistoryAction, await client.Codecs.HistoryTasksAsync(default));
        (string, string)[] settings =
        [
            ("INTERVAL", Minute.Name), ("CANDLES_SOURCE", "stream"), ("INVEST_API_HOST", simulator.Endpoint.ToString()),
            ("MARKET_CLOCK", new Uri(simulator.ControlEndpoint, "/clock").ToString()),
        ];

        await surroundings.WhileRunningAsync(builder => builder.AddCandles(), async () =>
        {
            await Eventually.SeeAsync(() => Finals(candles).Count, finals => finals >= 3);
            Assert.Empty(tasks.All);
            simulator.Faults.Set(new FaultRule { Kind = FaultKind.DropStream, Limit = 1 });
            await Eventually.TrueAsync(() => tasks.All.Count > 0);
        }, settings);
        var newest = Finals(candles).Max(candle => candle.OpenTime);
        await surroundings.WhileRunningAsync(
            builder => builder.AddCandles(), () => Eventually.TrueAsync(() => tasks.All.Any(task => task.Value!.From == newest)), settings);

        // Each candle was said as it formed, then once as closed; and as the exchange has it.
        var truth = simulator.Market.Candles(sber.Figi, Minute, Noon.AddHours(-1), newest).ToDictionary(candle => candle.OpenTime);
        var finals = Finals(candles).Where(candle => truth.ContainsKey(candle.OpenTime)).ToList();
        Assert.InRange(finals.Count, 2, int.MaxValue);
        Assert.Contains(candles.All, said => said.Value is { Final: false });
        Assert.All(finals.Where(candle => candle.OpenTime > finals[0].OpenTime && candle.OpenTime < Noon.AddMinutes(3)),
            candle => Assert.True(candle.SameMarketData(truth[candle.OpenTime]), $"{candle} is not {truth[candle.OpenTime]}"));
        Assert.All(candles.All, said => Assert.Equal(CandleSource.Stream, said.Value!.Source));
        Assert.All(tasks.All, task => Assert.Equal(
            (sber.Figi, Minute, HistoryReason.Request), (task.Value!.Figi, task.Value.Interval, task.Value.Reason)));
    }

    private static List<Candle> Finals(TopicReader<Candle> candles) =>
        [.. candles.Latest.Values.Where(candle => candle.Final).OrderBy(candle => candle.OpenTime)];
}
