using Confluent.Kafka;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Topics;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.Bench.Macd;

/// <summary>
/// Corrects an old candle of one instrument and reads, at the topics of all indicators, what is said of it: all that the whole series calculated
/// anew gives otherwise, and nothing else.
/// </summary>
internal sealed class SeenCorrections(Site site, CandleFeed feed, IReadOnlyList<Indicator> indicators)
{
    private const int Instrument = 7;
    private const int Rounds = 9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>So long after the last value that should be said nothing may come.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    private readonly Figi figi = feed.Figi(Instrument);
    private readonly Dictionary<string, int> numbers = indicators.Index()
        .ToDictionary(one => PipelineTopics.OfIndicator(one.Item.Slug, Site.Interval).Name, one => one.Index);

    public async Task<CorrectionFigures> MeasureAsync(int back)
    {
        var codec = await site.Codecs().CandlesAsync(Site.Interval, CancellationToken.None);
        await using var kafka = site.Client();
        var writer = kafka.WriteTo(site.Topics.Candles(Site.Interval), codec);
        using var reader = await ReaderAsync();
        var candles = Enumerable.Range(0, feed.Minutes).Select(minute => CandleFeed.Candle(figi, minute)).ToList();
        var (times, changed, wrong, missing) = (new List<double>(), 0, 0, 0);
        var former = ValuesOf(candles);
        // The first round finds code that has not run yet, as every first correction of a process does; it counts like the others.
        for (var round = 0; round < Rounds; round++)
        {
            var at = candles.Count - back;
            var by = (round % 2 == 0 ? 1 : -1) * 10_000_000L;
            candles[at] = candles[at] with { Close = Moved(candles[at].Close, by), High = Moved(candles[at].High, by) };
            var now = ValuesOf(candles);
            var expected = Difference(former, now);
            var (time, superfluous) = await Task.Run(() => Correct(writer, candles[at], reader, expected));
            changed = Math.Max(changed, Difference(former, now).Count);
            (wrong, missing) = (wrong + superfluous, missing + expected.Count);
            times.Add(time.TotalMilliseconds);
            former = now;
        }
        await kafka.FlushAsync(CancellationToken.None);
        return new CorrectionFigures(times.Order().ElementAt(Rounds / 2), times.Max(), changed, wrong, missing);
    }

    /// <summary>
    /// Sends the candle and takes what is said out of what is expected; gives how long that took, and how many records were not expected.
    /// </summary>
    private (TimeSpan Time, int Superfluous) Correct(
        TopicWriter<Candle> writer, Candle candle, IConsumer<byte[], byte[]> reader,
        Dictionary<(int Indicator, long OpenTime), double[]> expected)
    {
        var (superfluous, time) = (0, Patience);
        var started = TimeProvider.System.GetTimestamp();
        writer.Send(new CandleKey(figi, candle.OpenTime).ToBytes(), candle, CancellationToken.None);
        var patience = Patience;
        var said = new List<ConsumeResult<byte[], byte[]>>();
        while (reader.Consume(patience) is { } record)
        {
            said.Add(record);
            if (said.Count != expected.Count)
                continue;
            time = TimeProvider.System.GetElapsedTime(started);
            patience = Silence;
        }
        foreach (var record in said)
        {
            var key = CandleKey.Parse(System.Text.Encoding.UTF8.GetString(record.Message.Key));
            var which = (numbers[record.Topic], key.OpenTime.ToUnixTimeMilliseconds());
            var isRight = key.Figi == figi && expected.TryGetValue(which, out var lines) && AreSaid(record.Message.Value, lines);
            superfluous += isRight && expected.Remove(which) ? 0 : 1;
        }
        return (time, superfluous);
    }

    /// <summary>Every line stands in the record, in its order, as eight bytes.</summary>
    private static bool AreSaid(ReadOnlySpan<byte> record, double[] lines)
    {
        foreach (var line in lines.Where(double.IsFinite))
        {
            var at = record.IndexOf(BitConverter.GetBytes(line));
            if (at < 0)
                return false;
            record = record[(at + sizeof(double))..];
        }
        return true;
    }

    /// <summary>Every value there is, of the whole series at once.</summary>
    private Dictionary<(int Indicator, long OpenTime), (Price Close, double[] Lines)> ValuesOf(List<Candle> all)
    {
        var values = new Dictionary<(int, long), (Price, double[])>();
        var candles = new CandleSeries(CandleFields.All, all.Count, runUp: 1);
        foreach (var candle in all)
            candles.Set(CandleRow.Of(candle));
        foreach (var (number, indicator) in indicators.Index())
        {
            var (series, found) = (indicator.Series(), new ValueChanges(indicator.Description.Lines.Count));
            series.Start(candles);
            series.Replay(candles, new Scratch(CandleFields.All), found);
            for (var at = 0; at < found.Count; at++)
                values.Add((number, found[at].OpenTime), (found[at].Close, found.LinesOf(at).ToArray()));
        }
        return values;
    }

    private Dictionary<(int Indicator, long OpenTime), double[]> Difference(
        Dictionary<(int Indicator, long OpenTime), (Price Close, double[] Lines)> former,
        Dictionary<(int Indicator, long OpenTime), (Price Close, double[] Lines)> now) => now
        .Where(one => !former.TryGetValue(one.Key, out var before) || before.Close != one.Value.Close
            || !AreSame(indicators[one.Key.Indicator], before.Lines, one.Value))
        .ToDictionary(one => one.Key, one => one.Value.Lines);

    private static bool AreSame(Indicator indicator, double[] former, (Price Close, double[] Lines) now)
    {
        var (scale, tolerance) = (indicator.Description.Scale, LineComparison.ToleranceOf(indicator.Description, indicator.Reach));
        for (var line = 0; line < former.Length; line++)
        {
            if (!LineComparison.IsSame(scale, now.Lines[line], former[line], now.Close.ToDouble(), tolerance))
                return false;
        }
        return true;
    }

    private static Price Moved(Price price, long nanos) => Price.FromNanos(price.Nanos + nanos);

    /// <summary>Reads on from the end of the instrument's partition of each topic.</summary>
    private async Task<IConsumer<byte[], byte[]>> ReaderAsync()
    {
        var reader = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = site.Connection.BootstrapServers, GroupId = "corrections", EnableAutoCommit = false, FetchQueueBackoffMs = 5,
        }).Build();
        var partition = FigiPartition.Of(figi, PipelineTopics.SeriesPartitions);
        reader.Assign(numbers.Keys.Select(topic =>
            new TopicPartitionOffset(topic, partition, reader.QueryWatermarkOffsets(new TopicPartition(topic, partition), Patience).High)));
        // The first fetches are on their way before anything is said.
        await Task.Run(() => reader.Consume(Silence));
        return reader;
    }
}

/// <summary>What was seen of some corrections.</summary>
/// <param name="Middle">Milliseconds until the last value was read, in the middle of all.</param>
/// <param name="Slowest">The same of the slowest.</param>
/// <param name="Changed">Values that one of them changed at most.</param>
/// <param name="Wrong">Records that say what has not changed, or what is not right, or the same twice.</param>
/// <param name="Missing">Values that changed and were not said.</param>
internal sealed record CorrectionFigures(double Middle, double Slowest, int Changed, int Wrong, int Missing);
