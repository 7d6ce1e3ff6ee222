namespace StockPipeline.Broker.Log;

/// <summary>Reads the sound batches of a sealed segment and holds its file meanwhile. One thread.</summary>
internal sealed class SegmentReader : IDisposable
{
    private readonly Segment segment;
    private readonly BatchReader batches;
    private readonly long end;
    private long nextOffset;

    public SegmentReader(Segment segment, long position)
    {
        this.segment = segment;
        nextOffset = segment.BaseOffset;
        end = segment.Length;
        batches = new BatchReader(segment.Hold(), position, end);
    }

    public ReadOnlyMemory<byte> Batch => batches.Batch;

    /// <summary>Where damage was passed over last, and how much of it altogether.</summary>
    public long DamagedAt { get; private set; }

    public long DamagedBytes { get; private set; }

    public bool MoveNext()
    {
        while (!batches.MoveNext())
        {
            if (batches.Position >= end)
                return false;
            DamagedAt = batches.Position;
            DamagedBytes += batches.ContinueBehindDamage(nextOffset, segment.Summary.NextOffset) - DamagedAt;
        }
        nextOffset = new RecordBatch(batches.Batch.Span).NextOffset;
        return true;
    }

    public void Dispose()
    {
        batches.Dispose();
        segment.Release();
    }
}
