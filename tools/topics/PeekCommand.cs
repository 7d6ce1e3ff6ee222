using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Topics;

/// <summary>The newest records of a topic, decoded.</summary>
internal sealed class PeekCommand(KafkaView kafka, PipelineTopics pipeline, RecordDecoder decoder, RecordWriter writer, TextWriter notes)
{
    public void Run(Order order, KnownInstruments instruments)
    {
        var name = NameOf(order);
        if (!kafka.Topics().TryGetValue(name, out var topic))
            throw new TopicsException($"there is no topic '{name}'; ./topics list shows which there are");
        Figi? figi = order.Instrument is { } text ? instruments.Find(text) : null;
        var hasIntervalInKey = name == pipeline.Gaps.Name || name == pipeline.HistoryAction.Name;
        if (order.Interval is not null && !hasIntervalInKey && SeriesOf(name) is { } own && own != order.Interval)
            throw new TopicsException($"{name} holds {own} only");
        var keyed = figi is not null && pipeline.All.Any(one => one.Name == name && one.Name != pipeline.DeadLetters.Name);
        var partitions = topic.Partitions.Select(one => one.PartitionId)
            .Where(partition => !keyed || partition == FigiPartition.Of(figi!.Value, topic.Partitions.Count));
        var found = Select(kafka.Read(name, partitions, order.Scan).Where(record =>
            IsOf(record.Key, figi) && (!hasIntervalInKey || IsOf(record.Key, order.Interval))), order, out var seen);
        writer.Write([.. found.Select(record => (record, record.Value is { } value ? decoder.Decode(value) : null))], instruments.TickerOf);
        if (seen > found.Count)
            notes.WriteLine($"{found.Count} of {seen} that were looked through; --last shows more");
        else if (found.Count == 0)
            notes.WriteLine($"nothing among the newest {order.Scan} records of each partition; --scan looks further back");
    }

    private static List<FoundRecord> Select(IEnumerable<FoundRecord> records, Order order, out long seen)
    {
        seen = 0;
        if (order.Newest)
        {
            var newest = new SortedDictionary<string, FoundRecord>(StringComparer.Ordinal);
            foreach (var record in records)
                newest[record.Key] = record;
            seen = newest.Count;
            return [.. newest.Values.Where(record => record.Value is not null).TakeLast(order.Count)];
        }
        var last = new PriorityQueue<FoundRecord, (DateTimeOffset, long)>();
        foreach (var record in records)
        {
            seen++;
            last.Enqueue(record, (record.At, record.Offset));
            if (last.Count > order.Count)
                last.Dequeue();
        }
        return [.. last.UnorderedItems.OrderBy(one => one.Priority).Select(one => one.Element)];
    }

    private string NameOf(Order order) => order.Topic switch
    {
        "candles" => pipeline.Candles(Needed(order)).Name,
        "macd" => pipeline.Macd(Needed(order)).Name,
        { } slug when IndicatorCatalogue.TryParseSlug(slug, out _) => PipelineTopics.OfIndicator(slug, Needed(order)).Name,
        var name => name!,
    };

    private static Interval Needed(Order order) =>
        order.Interval ?? throw new TopicsException($"{order.Topic} needs --interval: {Interval.Allowed}");

    private Interval? SeriesOf(string name) => PipelineTopics.TryReadIndicator(name, out _, out var own)
        ? own
        : Interval.All.FirstOrDefault(interval => pipeline.Candles(interval).Name == name || pipeline.Macd(interval).Name == name);

    private static bool IsOf(string key, Figi? figi) => figi is not { } wanted || key == wanted.Value
        || (key.StartsWith(wanted.Value, StringComparison.Ordinal) && key[wanted.Value.Length] == '/');

    private static bool IsOf(string key, Interval? interval) => interval is null || key.Split('/').ElementAtOrDefault(1) == interval.Name;
}
