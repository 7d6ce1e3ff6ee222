namespace StockPipeline.Streaming.Decoding;

/// <summary>What stands in place of a value that could not be decoded at once: its bytes, and why.</summary>
internal sealed record Undecoded(byte[] Bytes, Exception Reason);
