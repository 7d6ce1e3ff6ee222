using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Topics;
using StockPipeline.Gateway.Series;
using StockPipeline.Streaming;

namespace StockPipeline.Gateway.Feed;

/// <summary>All rows of one series as its topic has them.</summary>
/// <param name="Rows">In order of time.</param>
/// <param name="Position">Up to where of the log they tell.</param>
internal sealed record ScannedRows(SeriesTable Rows, long Position);

/// <summary>Reads all rows of one series out of its topic.</summary>
internal interface ITopicScan
{
    Task<ScannedRows> ReadAsync(SeriesTopic topic, Figi figi, CancellationToken cancellationToken);
}

/// <summary>
/// The records of one kind. A partition is read whole, since a corrected row may stand anywhere after the one it corrects; of other instruments'
/// records only the beginning of the key is looked at.
/// </summary>
internal sealed class TopicScan<T>(KafkaClient kafka, TopicDeclaration declaration, IRecordDecoder<T> decoder, RowReading<T> read) : ITopicScan
    where T : class
{
    /// <summary>Rows of one series at most: the newest.</summary>
    private const int MaxRows = 100_000;

    public async Task<ScannedRows> ReadAsync(SeriesTopic topic, Figi figi, CancellationToken cancellationToken)
    {
        var (table, numbers) = (new SeriesTable(topic.Shape.Columns.Count, MaxRows), new double[topic.Shape.Columns.Count]);
        var (prefix, position) = (System.Text.Encoding.ASCII.GetBytes($"{figi.Value}/"), 0L);
        await foreach (var batch in kafka.ScanAsync(declaration, topic.PartitionOf(figi), 0, cancellationToken))
        {
            foreach (var record in batch)
            {
                position = Row.PositionOf(record.Offset);
                if (!record.Key.AsSpan().StartsWith(prefix))
                    continue;
                if (record.Value is not { } value)
                {
                    if (InstantText.TryRead(System.Text.Encoding.ASCII.GetString(record.Key.AsSpan(prefix.Length)), out var gone))
                        table.Remove(gone.ToUnixTimeMilliseconds(), position);
                    continue;
                }
                var head = read(decoder.Decode(value), numbers);
                table.Set(new Row(head.OpenTime.ToUnixTimeMilliseconds(), position, record.TimestampMs, head.Count, head.Final), numbers);
            }
        }
        return new ScannedRows(table, position);
    }
}
