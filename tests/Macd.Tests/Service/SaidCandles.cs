using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Producing;
using StockPipeline.Surroundings;
using StockPipeline.Testing;
using StockPipeline.Workers;

namespace StockPipeline.MacdTests.Service;

/// <summary>The closed minutes of one instrument as the test says them to the topic, and the values they should have.</summary>
internal sealed class SaidCandles(Figi figi, TopicWriter<Candle> candles, TopicReader<MacdValue> values) : IAsyncDisposable
{
    /// <summary>Index of the first candle with a value.</summary>
    public static readonly int FirstValue = MacdByHand.First(MacdParameters.Default);

    private const double Precision = 1e-9;

    private static readonly DateTimeOffset Open = new(2025, 6, 11, 7, 0, 0, TimeSpan.Zero);

    private readonly List<decimal> closes = [];

    public Figi Figi => figi;

    /// <summary>Every value said so far, of all instruments.</summary>
    public TopicReader<MacdValue> Values => values;

    public static async Task<SaidCandles> OfAsync(PipelineClient client, Figi figi) => new(
        figi,
        client.Kafka.WriteTo(client.Topics.Candles(Interval.OneMinute), await client.Codecs.CandlesAsync(Interval.OneMinute, default)),
        new TopicReader<MacdValue>(
            client, client.Topics.Macd(Interval.OneMinute), await client.Codecs.MacdAsync(Interval.OneMinute, default)));

    public static DateTimeOffset OpenTime(int index) => Open.AddMinutes(index);

    /// <summary>Says candles up to that many.</summary>
    public async Task GrowAsync(int count, Func<int, decimal> close)
    {
        for (var index = closes.Count; index < count; index++)
        {
            closes.Add(close(index));
            await SayAsync(index);
        }
    }

    public async Task CorrectAsync(int index, decimal by)
    {
        closes[index] += by;
        await SayAsync(index);
    }

    /// <summary>Says the candle after the last one as it forms, at one price after the other, all at once.</summary>
    public async Task FormAsync(params decimal[] prices)
    {
        foreach (var price in prices)
            await candles.SendAsync(Key(closes.Count), Candle(closes.Count, price, final: false), default);
    }

    /// <summary>Takes the last candle back.</summary>
    public async Task WithdrawLastAsync()
    {
        closes.RemoveAt(closes.Count - 1);
        await candles.DeliverAsync(Key(closes.Count), null, default);
    }

    /// <summary>Waits until the topic, compacted, holds the values of a batch calculation and nothing else.</summary>
    public Task AreRightAsync() => Eventually.TrueAsync(() =>
    {
        var right = Batch();
        var seen = values.Latest.Values.Where(value => value.Figi == figi).OrderBy(value => value.OpenTime).ToList();
        return seen.Count == right.Length && seen.Zip(right).All(pair => pair.First.Final && Agree(pair.First, pair.Second));
    });

    /// <summary>Whether it is another value than a batch calculation gives.</summary>
    public Predicate<MacdValue> IsWrong()
    {
        var right = Batch();
        return value => value.Figi == figi
            && !Agree(value, right[(int)((value.OpenTime - Open) / Interval.OneMinute.Length) - FirstValue]);
    }

    public ValueTask DisposeAsync() => values.DisposeAsync();

    private (double Main, double Signal)[] Batch() =>
        MacdByHand.Calculate([.. closes.Select(close => (double)close)], MacdParameters.Default);

    private static bool Agree(MacdValue value, (double Main, double Signal) right) =>
        Math.Abs(value.MainLine - right.Main) < Precision && Math.Abs(value.SignalLine - right.Signal) < Precision;

    private string Key(int index) => new CandleKey(figi, OpenTime(index)).ToString();

    private ValueTask SayAsync(int index) => candles.SendAsync(Key(index), Candle(index, closes[index], final: true), default);

    private Candle Candle(int index, decimal close, bool final)
    {
        var price = Price.FromDecimal(close);
        return new Candle
        {
            Figi = figi, OpenTime = OpenTime(index), Open = price, High = price, Low = price, Close = price, Volume = 1, Final = final,
            Source = CandleSource.History,
        };
    }
}
