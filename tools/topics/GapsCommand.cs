using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Topics;

namespace StockPipeline.Topics;

/// <summary>The gap ledger as it stands.</summary>
internal sealed class GapsCommand(KafkaView kafka, PipelineTopics pipeline, RecordDecoder decoder, RecordWriter writer, TextWriter notes)
{
    private const long MostRecords = 10_000_000;

    public void Run(Order order, KnownInstruments instruments)
    {
        if (!kafka.Topics().TryGetValue(pipeline.Gaps.Name, out var topic))
            throw new TopicsException($"there is no topic '{pipeline.Gaps.Name}' yet");
        Figi? figi = order.Instrument is { } text ? instruments.Find(text) : null;
        var newest = new Dictionary<string, FoundRecord>(StringComparer.Ordinal);
        foreach (var record in kafka.Read(topic.Topic, topic.Partitions.Select(one => one.PartitionId), MostRecords))
            newest[record.Key] = record;
        var gaps = newest.Values.Where(record => record.Value is not null).Select(record => (Record: record, Gap: decoder.Decode(record.Value!)))
            .Where(one => one.Gap is not Gap gap || figi is null || gap.Figi == figi)
            .Where(one => one.Gap is not Gap gap || order.Interval is null || gap.Interval == order.Interval)
            .ToList();
        var shown = gaps.Where(one => order.States.Count == 0 || one.Gap is Gap gap && order.States.Contains(gap.State))
            .OrderBy(one => (one.Gap as Gap)?.UpdatedAt).TakeLast(order.Count).ToList();
        writer.Write([.. shown.Select(one => (one.Record, (object?)one.Gap))], instruments.TickerOf);
        var states = gaps.Select(one => one.Gap).OfType<Gap>().GroupBy(gap => gap.State).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}");
        notes.WriteLine(gaps.Count == 0 ? "no gaps" : $"{shown.Count} shown of {gaps.Count}: {string.Join(", ", states)}");
    }
}
