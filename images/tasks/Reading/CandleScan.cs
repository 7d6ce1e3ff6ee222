using System.Text;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Scanning;

namespace StockPipeline.TaskWorkers.Reading;

/// <summary>
/// Reads candles out of their topic when a task needs them: nothing is held between tasks. A partition is read whole, since a corrected candle may
/// stand anywhere after the one it corrects; of records that are not wanted only the keys are looked at.
/// </summary>
internal sealed class CandleScan(KafkaClient kafka, PipelineTopics topics, PipelineCodecs codecs)
{
    private const int MaxKey = 80;

    public static int PartitionOf(Figi figi) => FigiPartition.Of(figi, PipelineTopics.SeriesPartitions);

    /// <summary>A way to read several partitions, one after the other.</summary>
    public PartitionReader Open(Interval interval) => kafka.ScanAll(topics.Candles(interval));

    /// <summary>The candles of some instruments of one partition, in order of time; an instrument without any has an empty list.</summary>
    /// <param name="partition">Of all of them.</param>
    /// <param name="wanted">The instruments.</param>
    /// <param name="interval">The candles' own.</param>
    /// <param name="range">Where they open.</param>
    /// <param name="finalOnly">Leaves out those that are still forming.</param>
    /// <param name="cancellationToken">Of the task.</param>
    public async Task<IReadOnlyDictionary<Figi, Bar[]>> ReadAsync(
        int partition, IReadOnlyCollection<Figi> wanted, Interval interval, TimeRange range, bool finalOnly, CancellationToken cancellationToken)
    {
        using var reader = Open(interval);
        var lists = await ReadAsync(reader, partition, wanted, interval, range, finalOnly, cancellationToken);
        var found = lists.ToDictionary(one => one.Key, one => one.Value.Finish().ToArray());
        foreach (var list in lists.Values)
            list.Dispose();
        return found;
    }

    /// <summary>The same out of one partition of several; whoever takes the lists disposes them.</summary>
    public async Task<IReadOnlyDictionary<Figi, BarList>> ReadAsync(
        PartitionReader reader, int partition, IReadOnlyCollection<Figi> wanted, Interval interval, TimeRange range, bool finalOnly,
        CancellationToken cancellationToken)
    {
        var codec = await codecs.CandlesAsync(interval, cancellationToken);
        var found = wanted.ToDictionary(figi => figi, _ => new BarList());
        var (from, to) = (range.From.ToUnixTimeMilliseconds(), range.To.ToUnixTimeMilliseconds());
        var byName = found.ToDictionary(one => one.Key.Value, one => one.Value).GetAlternateLookup<ReadOnlySpan<char>>();
        await reader.ReadAsync(partition, Take, cancellationToken);
        return found;

        // A candle becomes a bar where the client holds it: of a million of them nothing else is left behind.
        void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isTombstone)
        {
            if (BarsOf(key) is not { } bars)
                return;
            if (isTombstone)
                bars.Remove(CandleKey.Parse(Encoding.ASCII.GetString(key)).OpenTime.ToUnixTimeMilliseconds());
            else if (Bar.Of(codec.Decode(value)) is var bar && bar.OpenMs >= from && bar.OpenMs < to && (bar.Final || !finalOnly))
                bars.Add(bar);
        }

        BarList? BarsOf(ReadOnlySpan<byte> key)
        {
            var end = key.IndexOf((byte)'/');
            if (end is <= 0 or > MaxKey)
                return null;
            Span<char> name = stackalloc char[end];
            Encoding.ASCII.GetChars(key[..end], name);
            return byName.TryGetValue(name, out var bars) ? bars : null;
        }
    }

    /// <summary>The same for one instrument.</summary>
    public async Task<Bar[]> ReadAsync(Figi figi, Interval interval, TimeRange range, bool finalOnly, CancellationToken cancellationToken) =>
        (await ReadAsync(PartitionOf(figi), [figi], interval, range, finalOnly, cancellationToken))[figi];
}
