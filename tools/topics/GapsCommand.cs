using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Topics;

/// <summary>Shows the gap ledger as it stands.</summary>
internal sealed class GapsCommand(Tools tools)
{
    private const long MostRecords = 10_000_000;

    /// <param name="instrument">Only this one.</param>
    /// <param name="interval">Only this one.</param>
    /// <param name="states">Gaps in one of these; all where there is none.</param>
    /// <param name="count">So many of the newest.</param>
    public async Task RunAsync(string? instrument, Interval? interval, IReadOnlyList<GapState> states, int count)
    {
        var name = tools.Pipeline.Gaps.Name;
        if (!(await tools.Kafka.TopicsAsync()).TryGetValue(name, out var topic))
            throw new TopicsException($"there is no topic '{name}' yet");
        var instruments = await tools.InstrumentsAsync();
        Figi? figi = instrument is { } text ? instruments.Find(text) : null;
        var newest = new Dictionary<string, FoundRecord>(StringComparer.Ordinal);
        await foreach (var record in tools.Kafka.ReadAsync(name, topic.Partitions.Select(one => one.PartitionId), MostRecords))
            newest[record.Key] = record;
        var gaps = new List<(FoundRecord Record, object Gap)>();
        foreach (var record in newest.Values.Where(record => record.Value is not null))
        {
            var decoded = await tools.Decoder.DecodeAsync(record.Value!);
            if (decoded is not Gap gap || ((figi is null || gap.Figi == figi) && (interval is null || gap.Interval == interval)))
                gaps.Add((record, decoded));
        }
        var shown = gaps.Where(one => states.Count == 0 || (one.Gap is Gap gap && states.Contains(gap.State)))
            .OrderBy(one => (one.Gap as Gap)?.UpdatedAt).TakeLast(count).ToList();
        tools.Printer.Write([.. shown.Select(one => Cells.Of(one.Record, one.Gap, instruments.TickerOf))]);
        var byState = gaps.Select(one => one.Gap).OfType<Gap>().GroupBy(gap => gap.State).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}");
        tools.Printer.Note(gaps.Count == 0 ? "no gaps" : $"{shown.Count} shown of {gaps.Count}: {string.Join(", ", byState)}");
    }
}
