using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Log;

/// <summary>
/// Whole batches as they lie in a segment's file. Holds the file until released, once; a segment deleted meanwhile stays readable.
/// </summary>
internal sealed class LogRegion(SegmentFile segment, IDiskFile file, long position, int length) : IRegion
{
    public int Length => length;

    public void Read(int offset, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + target.Length, length);
        if (file.Read(target, position + offset) != target.Length)
            throw new IOException($"The file {segment.Path} ends before position {position + length}.");
    }

    public void Release() => segment.Release();
}
