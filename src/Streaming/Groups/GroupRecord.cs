using System.Text;

namespace StockPipeline.Streaming.Groups;

/// <summary>One record to be handled.</summary>
public readonly struct GroupRecord<T>(byte[] keyBytes, T value, int partition, long offset, long timestampMs)
    where T : class
{
    public byte[] KeyBytes { get; } = keyBytes;

    public T Value { get; } = value;

    public int Partition { get; } = partition;

    public long Offset { get; } = offset;

    /// <summary>Kafka's timestamp of the record.</summary>
    public DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeMilliseconds(timestampMs);

    /// <summary>Made anew at each call.</summary>
    public string Key => Encoding.UTF8.GetString(KeyBytes);
}
