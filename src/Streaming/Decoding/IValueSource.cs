namespace StockPipeline.Streaming.Decoding;

/// <summary>Whatever knows how the values of one topic are decoded.</summary>
internal interface IValueSource
{
    object Decode(ReadOnlySpan<byte> bytes);
}
