using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Macd;
using StockPipeline.Macd;
using StockPipeline.Streaming.Producing;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.MacdTests.Service;

/// <summary>Candles in, values out, over real topics.</summary>
public sealed class MacdServiceTests
{
    private const int Candles = 120;

    private static readonly MacdFactors Factors = new(MacdParameters.Default);
    private static readonly Interval Minute = Interval.OneMinute;
    private static readonly Figi Figi = new("BBG004730N88");
    private static readonly DateTimeOffset Open = new(2025, 6, 11, 7, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_changed_while_it_was_down_is_all_that_is_said_after_a_restart()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        var writer = client.Kafka.WriteTo(client.Topics.Candles(Minute), await client.Codecs.CandlesAsync(Minute, default));
        await using var values = new TopicReader<MacdValue>(client, client.Topics.Macd(Minute), await client.Codecs.MacdAsync(Minute, default));
        var closes = Enumerable.Range(0, Candles).Select(index => 100m + (index % 7) + (index / 10m)).ToArray();
        for (var index = 0; index < Candles; index++)
            await SayAsync(writer, index, closes[index]);
        await RunUntilAsync(surroundings, () => Agree(values, closes));
        var said = values.All.Count;

        const int corrected = 90;
        closes[corrected] += 3;
        await SayAsync(writer, corrected, closes[corrected]);
        await RunUntilAsync(surroundings, () => Agree(values, closes));

        Assert.Equal(Candles - Factors.FirstValue, said);
        Assert.All(values.All.Skip(said), one => Assert.True(one.Value!.OpenTime >= Open.AddMinutes(corrected)));
        Assert.Single(values.All.Skip(said).Select(one => one.Value!.Epoch).Distinct());
        Assert.True(values.All.Last().Value!.Epoch > values.All.First().Value!.Epoch);
    }

    [Fact]
    public async Task A_candle_taken_back_takes_its_value_with_it()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        var writer = client.Kafka.WriteTo(client.Topics.Candles(Minute), await client.Codecs.CandlesAsync(Minute, default));
        await using var values = new TopicReader<MacdValue>(client, client.Topics.Macd(Minute), await client.Codecs.MacdAsync(Minute, default));
        var closes = Enumerable.Range(0, Candles).Select(index => 100m + (index % 5)).ToArray();
        for (var index = 0; index < Candles; index++)
            await SayAsync(writer, index, closes[index]);

        await RunUntilAsync(surroundings, async () =>
        {
            await Agree(values, closes);
            await writer.DeliverAsync(new CandleKey(Figi, Open.AddMinutes(Candles - 1)).ToString(), null, default);
            await Agree(values, closes[..^1]);
        });

        Assert.Null(values.All.Last().Value);
    }

    [Fact]
    public async Task A_late_word_of_somebody_who_lost_the_partition_is_put_right()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        var writer = client.Kafka.WriteTo(client.Topics.Candles(Minute), await client.Codecs.CandlesAsync(Minute, default));
        var valueCodec = await client.Codecs.MacdAsync(Minute, default);
        var former = client.Kafka.WriteTo(client.Topics.Macd(Minute), valueCodec);
        await using var values = new TopicReader<MacdValue>(client, client.Topics.Macd(Minute), valueCodec);
        var closes = Enumerable.Range(0, Candles).Select(index => 100m + (index % 9)).ToArray();
        for (var index = 0; index < Candles; index++)
            await SayAsync(writer, index, closes[index]);

        await RunUntilAsync(surroundings, async () =>
        {
            await Agree(values, closes);
            // Before that candle was corrected, the former owner was paused with its value unsent.
            var late = values.Latest.Values.First(value => value.OpenTime == Open.AddMinutes(Candles - 2));
            await former.DeliverAsync(new CandleKey(Figi, late.OpenTime).ToString(), late with { MainLine = late.MainLine + 1 }, default);
            await Eventually.TrueAsync(() => values.Latest.Values.Any(value => value.MainLine == late.MainLine + 1));
            await Agree(values, closes);
        });

        Assert.Equal(Candles - Factors.FirstValue + 2, values.All.Count);
    }

    private static Task RunUntilAsync(ServiceSurroundings surroundings, Func<Task> see) =>
        surroundings.WhileRunningAsync(MacdService.Create, see, ("INTERVAL", "1-min"));

    /// <summary>Waits until the topic holds the values of a batch calculation and nothing else.</summary>
    private static Task Agree(TopicReader<MacdValue> topic, decimal[] closes) => Eventually.TrueAsync(() =>
    {
        var right = MacdBatch.Calculate([.. closes.Select(close => (double)close)], Factors);
        var seen = topic.Latest.Values.OrderBy(value => value.OpenTime).ToList();
        return seen.Count == right.Length && seen.Zip(right).All(pair => pair.First.Final
            && Math.Abs(pair.First.MainLine - pair.Second.Main) < 1e-9 && Math.Abs(pair.First.SignalLine - pair.Second.Signal) < 1e-9);
    });

    private static ValueTask SayAsync(TopicWriter<Candle> writer, int index, decimal close)
    {
        var price = Price.FromDecimal(close);
        var candle = new Candle
        {
            Figi = Figi, OpenTime = Open.AddMinutes(index), Open = price, High = price, Low = price, Close = price, Volume = 1, Final = true,
            Source = CandleSource.History,
        };
        return writer.SendAsync(new CandleKey(Figi, candle.OpenTime).ToString(), candle, default);
    }
}
