using System.Net.Sockets;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Log;

/// <summary>
/// Whole batches as they lie in a segment's file. Holds the file until released, once; a segment deleted meanwhile stays readable.
/// </summary>
internal sealed class LogRegion(SegmentFile.Lease segment, long position, int length) : IRegion
{
    public int Length => length;

    public SendPacketsElement Piece(int offset, int count) => new(segment.File.Stream, position + offset, count);

    public void Release() => segment.Dispose();
}
