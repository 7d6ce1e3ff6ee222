using StockPipeline.Candles;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Producing;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.CandlesTests.Service;

/// <summary>Minutes in, longer candles out, over real topics.</summary>
public sealed class RollupServiceTests
{
    private static readonly Interval Five = Interval.FiveMinutes;
    private static readonly Figi Figi = new("BBG004730N88");
    private static readonly DateTimeOffset Open = new(2025, 6, 11, 7, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Minutes_become_longer_candles_also_those_that_came_while_it_was_down_and_those_corrected_late()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        var minutes = client.Kafka.WriteTo(client.Topics.Candles(Interval.OneMinute), await client.Codecs.CandlesAsync(Interval.OneMinute, default));
        await using var candles = new TopicReader<Candle>(client, client.Topics.Candles(Five), await client.Codecs.CandlesAsync(Five, default));
        await RunAsync(surroundings, async () =>
        {
            for (var minute = 0; minute < 6; minute++)
                await SayAsync(minutes, minute, 100 + minute);
            await SeeAsync(candles, 0, candle => candle is { Final: true, Volume: 5, Revision: 0 } && candle.Close == Price.Parse("104"));
        });

        for (var minute = 6; minute < 11; minute++)
            await SayAsync(minutes, minute, 100 + minute);
        await RunAsync(surroundings, async () =>
        {
            await SeeAsync(candles, 5, candle => candle is { Final: true, Volume: 5 } && candle.High == Price.Parse("109"));
            await SayAsync(minutes, 7, 150);
            await SeeAsync(candles, 5, candle => candle is { Final: true, Revision: 1 } && candle.High == Price.Parse("150"));
        });

        var first = Assert.Single(candles.All, one => one.Value is { Final: true } && one.Value.OpenTime == Open);
        Assert.Equal(CandleSource.Rollup, first.Value!.Source);
        Assert.Equal((Price.Parse("100"), Price.Parse("104")), (first.Value.Open, first.Value.High));
    }

    private static Task RunAsync(ServiceSurroundings surroundings, Func<Task> see) =>
        surroundings.WhileRunningAsync(builder => builder.AddCandles(), see, ("INTERVAL", "5-min"), ("CANDLES_SOURCE", "rollup"));

    private static Task<Candle?> SeeAsync(TopicReader<Candle> topic, int minute, Predicate<Candle> isRight) => Eventually.SeeAsync(
        () => topic.Latest.GetValueOrDefault(new CandleKey(Figi, Open.AddMinutes(minute)).ToString()),
        candle => candle is not null && isRight(candle));

    private static ValueTask SayAsync(TopicWriter<Candle> writer, int minute, int price) => writer.SendAsync(
        new CandleKey(Figi, Open.AddMinutes(minute)).ToString(),
        new Candle
        {
            Figi = Figi, OpenTime = Open.AddMinutes(minute), Open = Price.FromDecimal(price), High = Price.FromDecimal(price),
            Low = Price.FromDecimal(price), Close = Price.FromDecimal(price), Volume = 1, Final = true, Source = CandleSource.Stream,
        },
        default);
}
