using System.Net.Sockets;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Log;

/// <summary>
/// The answer to a read. <see cref="Region"/> holds whole batches and must be released once, whatever happens; it is null when
/// there is nothing (yet) at the offset, or an error. With an error the two offsets are -1, as Kafka answers.
/// </summary>
internal readonly record struct LogRead(ErrorCode Error, LogRegion? Region, long LogStartOffset, long EndOffset)
{
    public int Length => Region?.Length ?? 0;
}

/// <summary>
/// Whole batches as they lie in a segment's file. Holds the file until released, once; a segment deleted meanwhile stays readable.
/// </summary>
internal sealed class LogRegion(SegmentFile.Lease segment, long position, int length) : IRegion
{
    public int Length => length;

    public SendPacketsElement Piece(int offset, int count) => new(segment.File.Stream, position + offset, count);

    public void Release() => segment.Dispose();
}

/// <summary>A record found by its time: where it is, its own timestamp, and the leader epoch of the batch it lies in.</summary>
internal readonly record struct TimedOffset(long Offset, long Timestamp, int LeaderEpoch)
{
    /// <summary>
    /// The first record of a batch at or behind <paramref name="fromOffset"/> at least as late as the time. In a batch that cannot be
    /// read it is the batch's first: never too late.
    /// </summary>
    public static bool TryFind(ReadOnlyMemory<byte> bytes, long timestamp, long fromOffset, out TimedOffset found)
    {
        var batch = new RecordBatch(bytes.Span);
        found = new(Math.Max(batch.BaseOffset, fromOffset), batch.MaxTimestamp, batch.LeaderEpoch);
        if (batch.HasAppendTime || !BatchBody.TryOpen(bytes, out var body))
            return true;
        using (body)
        {
            var reader = body.Read();
            while (reader.MoveNext())
            {
                var offset = batch.BaseOffset + reader.OffsetDelta;
                var time = batch.BaseTimestamp + reader.TimestampDelta;
                if (time < timestamp || offset < fromOffset)
                    continue;
                found = new(offset, time, batch.LeaderEpoch);
                return true;
            }
            return false;
        }
    }
}
