namespace StockPipeline.Streaming.DeadLetters;

/// <summary>A record that cannot be used: its untouched bytes, where it stood, and why.</summary>
internal sealed record DeadLetter(string Topic, int Partition, long Offset, DateTimeOffset Timestamp, byte[] Key, byte[]? Value, Exception Reason);
