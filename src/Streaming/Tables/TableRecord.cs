using System.Text;

namespace StockPipeline.Streaming.Tables;

/// <summary>One record of a table. Without a value it is a tombstone: the key is gone.</summary>
public readonly struct TableRecord<T>(byte[] keyBytes, T? value, long offset, long timestampMs)
    where T : class
{
    public byte[] KeyBytes { get; } = keyBytes;

    public T? Value { get; } = value;

    public long Offset { get; } = offset;

    /// <summary>Kafka's timestamp of the record.</summary>
    public DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeMilliseconds(timestampMs);

    /// <summary>Made anew at each call; most handlers need it for tombstones only.</summary>
    public string Key => Encoding.UTF8.GetString(KeyBytes);
}
