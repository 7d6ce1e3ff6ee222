using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Topics;

/// <summary>Which records of a topic are wanted.</summary>
internal sealed record PeekQuery(string Topic, string? Instrument, Interval? Interval, int Count, bool Newest, int Scan);

/// <summary>Shows the newest records of a topic, decoded.</summary>
internal sealed class PeekCommand(Tools tools)
{
    public async Task RunAsync(PeekQuery query)
    {
        var (kafka, pipeline) = (tools.Kafka, tools.Pipeline);
        var name = NameOf(query);
        if (!(await kafka.TopicsAsync()).TryGetValue(name, out var topic))
            throw new TopicsException($"there is no topic '{name}'; ./topics list shows which there are");
        var instruments = await tools.InstrumentsAsync();
        Figi? figi = query.Instrument is { } text ? instruments.Find(text) : null;
        var hasIntervalInKey = name == pipeline.Gaps.Name || name == pipeline.HistoryAction.Name;
        if (query.Interval is not null && !hasIntervalInKey && SeriesOf(name) is { } own && own != query.Interval)
            throw new TopicsException($"{name} holds {own} only");
        var keyed = figi is not null && pipeline.All.Any(one => one.Name == name && one.Name != pipeline.DeadLetters.Name);
        var partitions = topic.Partitions.Select(one => one.PartitionId)
            .Where(partition => !keyed || partition == FigiPartition.Of(figi!.Value, topic.Partitions.Count));
        var (found, seen) = await SelectAsync(kafka.ReadAsync(name, partitions, query.Scan).Where(record =>
            IsOf(record.Key, figi) && (!hasIntervalInKey || IsOf(record.Key, query.Interval))), query);
        var rows = new List<IReadOnlyList<Cell>>();
        foreach (var record in found)
            rows.Add(Cells.Of(record, record.Value is { } value ? await tools.Decoder.DecodeAsync(value) : null, instruments.TickerOf));
        tools.Printer.Write(rows);
        if (seen > found.Count)
            tools.Printer.Note($"{found.Count} of {seen} that were looked through; --last shows more");
        else if (found.Count == 0)
            tools.Printer.Note($"nothing among the newest {query.Scan} records of each partition; --scan looks further back");
    }

    private static async Task<(List<FoundRecord> Found, long Seen)> SelectAsync(IAsyncEnumerable<FoundRecord> records, PeekQuery query)
    {
        if (query.Newest)
        {
            var newest = new SortedDictionary<string, FoundRecord>(StringComparer.Ordinal);
            await foreach (var record in records)
                newest[record.Key] = record;
            return ([.. newest.Values.Where(record => record.Value is not null).TakeLast(query.Count)], newest.Count);
        }
        var seen = 0L;
        var last = new PriorityQueue<FoundRecord, (DateTimeOffset, long)>();
        await foreach (var record in records)
        {
            seen++;
            last.Enqueue(record, (record.At, record.Offset));
            if (last.Count > query.Count)
                last.Dequeue();
        }
        return ([.. last.UnorderedItems.OrderBy(one => one.Priority).Select(one => one.Element)], seen);
    }

    private string NameOf(PeekQuery query) => query.Topic switch
    {
        "candles" => tools.Pipeline.Candles(Needed(query)).Name,
        "macd" => tools.Pipeline.Macd(Needed(query)).Name,
        var slug when IndicatorCatalogue.TryParseSlug(slug, out _) => PipelineTopics.OfIndicator(slug, Needed(query)).Name,
        var name => name,
    };

    private static Interval Needed(PeekQuery query) =>
        query.Interval ?? throw new TopicsException($"{query.Topic} needs --interval: {Interval.Allowed}");

    private Interval? SeriesOf(string name) => PipelineTopics.TryReadIndicator(name, out _, out var own)
        ? own
        : Interval.All.FirstOrDefault(interval => tools.Pipeline.Candles(interval).Name == name || tools.Pipeline.Macd(interval).Name == name);

    private static bool IsOf(string key, Figi? figi) => figi is not { } wanted || key == wanted.Value
        || (key.StartsWith(wanted.Value, StringComparison.Ordinal) && key[wanted.Value.Length] == '/');

    private static bool IsOf(string key, Interval? interval) => interval is null || key.Split('/').ElementAtOrDefault(1) == interval.Name;
}
