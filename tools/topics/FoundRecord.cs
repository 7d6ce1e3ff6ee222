namespace StockPipeline.Topics;

/// <summary>One record as it lies in its topic.</summary>
/// <param name="Partition">Where.</param>
/// <param name="Offset">Where.</param>
/// <param name="At">Kafka's timestamp.</param>
/// <param name="Key">As text.</param>
/// <param name="Value">The bytes; null for a tombstone.</param>
/// <param name="Headers">As text.</param>
internal sealed record FoundRecord(
    int Partition, long Offset, DateTimeOffset At, string Key, byte[]? Value, IReadOnlyList<KeyValuePair<string, string>> Headers);
