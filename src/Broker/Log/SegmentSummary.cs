namespace StockPipeline.Broker.Log;

/// <summary>
/// What is known about the first <see cref="Length"/> bytes of a segment: they are sound batches, flushed, and end in front of
/// <see cref="NextOffset"/>. Times are the largest of the first batch and of all; <see cref="NoTime"/> when there is none. Immutable.
/// </summary>
internal sealed record SegmentSummary(long Length, long NextOffset, long FirstTime, long LargestTime)
{
    public const long NoTime = -1;

    public static SegmentSummary Empty(long baseOffset) => new(0, baseOffset, NoTime, NoTime);

    /// <summary>With one more batch behind.</summary>
    public SegmentSummary Plus(RecordBatch batch) => new(
        Length + batch.Size,
        batch.NextOffset,
        Length == 0 ? batch.MaxTimestamp : FirstTime,
        Math.Max(LargestTime, batch.MaxTimestamp));
}
