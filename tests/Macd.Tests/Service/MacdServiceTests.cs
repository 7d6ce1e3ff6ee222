using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Time;
using StockPipeline.Macd;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.MacdTests.Service;

/// <summary>Candles in, values out, over real topics.</summary>
public sealed class MacdServiceTests
{
    private const int Candles = 120;

    private static readonly Figi Figi = new("BBG004730N88");

    [Fact]
    public async Task What_changed_while_it_was_down_is_all_that_is_said_after_a_restart()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var candles = await SaidCandles.OfAsync(surroundings.Client, Figi);
        var values = candles.Values;
        await candles.GrowAsync(Candles, index => 100m + (index % 7) + (index / 10m));
        await RunUntilAsync(surroundings, candles.AreRightAsync);
        var said = values.All.Count;

        const int corrected = 90;
        await candles.CorrectAsync(corrected, by: 3);
        await RunUntilAsync(surroundings, candles.AreRightAsync);

        Assert.Equal(Candles - SaidCandles.FirstValue, said);
        Assert.All(values.All.Skip(said), one => Assert.True(one.Value!.OpenTime >= SaidCandles.OpenTime(corrected)));
        Assert.Single(values.All.Skip(said).Select(one => one.Value!.Epoch).Distinct());
        Assert.True(values.All.Last().Value!.Epoch > values.All.First().Value!.Epoch);
    }

    [Fact]
    public async Task A_candle_taken_back_takes_its_value_with_it()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var candles = await SaidCandles.OfAsync(surroundings.Client, Figi);
        await candles.GrowAsync(Candles, index => 100m + (index % 5));

        await RunUntilAsync(surroundings, async () =>
        {
            await candles.AreRightAsync();
            await candles.WithdrawLastAsync();
            await candles.AreRightAsync();
        });

        Assert.Null(candles.Values.All.Last().Value);
    }

    [Fact]
    public async Task A_price_that_went_and_came_back_before_anybody_looked_is_not_said_again()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var candles = await SaidCandles.OfAsync(surroundings.Client, Figi);
        await candles.GrowAsync(Candles, index => 100m + (index % 5));

        await RunUntilAsync(surroundings, async () =>
        {
            await candles.AreRightAsync();
            await candles.FormAsync(101);
            for (var visit = 1; visit <= 20; visit++)
            {
                await Eventually.TrueAsync(() => candles.Values.All.Last().Value!.Close == Price.FromDecimal(100m + visit));
                await candles.FormAsync(7, 100m + visit, 101m + visit);
            }
            await Eventually.TrueAsync(() => candles.Values.All.Last().Value!.Close == Price.FromDecimal(121));
        });

        var said = candles.Values.All.Skip(Candles - SaidCandles.FirstValue).Select(one => one.Value!.Close).ToList();
        Assert.DoesNotContain(said.Zip(said.Skip(1)), pair => pair.First == pair.Second);
    }

    [Fact]
    public async Task A_late_word_of_somebody_who_lost_the_partition_is_put_right()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        await using var candles = await SaidCandles.OfAsync(client, Figi);
        var values = candles.Values;
        var former = client.Kafka.WriteTo(
            client.Topics.Macd(Interval.OneMinute), await client.Codecs.MacdAsync(Interval.OneMinute, default));
        await candles.GrowAsync(Candles, index => 100m + (index % 9));

        await RunUntilAsync(surroundings, async () =>
        {
            await candles.AreRightAsync();
            // Before that candle was corrected, the former owner was paused with its value unsent.
            var late = values.Latest.Values.First(value => value.OpenTime == SaidCandles.OpenTime(Candles - 2));
            await former.DeliverAsync(new CandleKey(Figi, late.OpenTime).ToString(), late with { MainLine = late.MainLine + 1 }, default);
            await Eventually.TrueAsync(() => values.Latest.Values.Any(value => value.MainLine == late.MainLine + 1));
            await candles.AreRightAsync();
        });

        Assert.Equal(Candles - SaidCandles.FirstValue + 2, values.All.Count);
    }

    [Fact]
    public async Task Other_periods_replace_every_value_and_announce_it_as_a_repair()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        await using var candles = await SaidCandles.OfAsync(surroundings.Client, Figi);
        await candles.GrowAsync(Candles, index => 100m + (index % 8));
        await RunUntilAsync(surroundings, candles.AreRightAsync);
        var said = candles.Values.All.Count;

        await surroundings.WhileRunningAsync(
            builder => builder.AddMacd(), () => Eventually.TrueAsync(() => candles.Values.All.Count == said + Candles - SaidCandles.FirstValue + 4),
            ("INTERVAL", "1-min"), ("MACD_SIGNAL", "5"));

        Assert.All(candles.Values.All.Skip(said), one => Assert.Equal((5, 1), (one.Value!.Parameters.Signal, one.Value.Epoch)));
    }

    private static Task RunUntilAsync(ServiceSurroundings surroundings, Func<Task> see) =>
        surroundings.WhileRunningAsync(builder => builder.AddMacd(), see, ("INTERVAL", "1-min"));
}
