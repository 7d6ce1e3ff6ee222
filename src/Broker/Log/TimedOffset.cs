namespace StockPipeline.Broker.Log;

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
