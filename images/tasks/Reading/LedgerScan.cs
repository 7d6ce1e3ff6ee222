using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;

namespace StockPipeline.TaskWorkers.Reading;

/// <summary>Reads the gap ledger when a task needs it.</summary>
internal sealed class LedgerScan(KafkaClient kafka, PipelineTopics topics, PipelineCodecs codecs)
{
    /// <summary>The newest entries of some instruments, of one interval, that touch the range.</summary>
    public async Task<IReadOnlyDictionary<Figi, IReadOnlyList<Gap>>> ReadAsync(
        IReadOnlyCollection<Figi> wanted, Interval interval, TimeRange range, CancellationToken cancellationToken)
    {
        var codec = await codecs.GapsAsync(cancellationToken);
        var known = new Dictionary<string, Gap>(StringComparer.Ordinal);
        var names = wanted.ToHashSet();
        foreach (var partition in wanted.Select(figi => FigiPartition.Of(figi, topics.Gaps.Partitions)).Distinct())
        {
            await foreach (var batch in kafka.ScanAsync(topics.Gaps, partition, 0, cancellationToken))
            {
                foreach (var record in batch)
                {
                    var key = System.Text.Encoding.UTF8.GetString(record.Key);
                    if (record.Value is not { } value)
                        known.Remove(key);
                    else if (codec.Decode(value) is var gap && gap.Interval == interval && names.Contains(gap.Figi))
                        known[key] = gap;
                }
            }
        }
        return known.Values.Where(gap => gap.From < range.To && gap.To > range.From).GroupBy(gap => gap.Figi)
            .ToDictionary(group => group.Key, IReadOnlyList<Gap> (group) => [.. group.OrderBy(gap => gap.From)]);
    }
}
