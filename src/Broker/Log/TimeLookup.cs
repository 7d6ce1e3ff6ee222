namespace StockPipeline.Broker.Log;

/// <summary>Finds a record by its time inside one batch.</summary>
internal static class TimeLookup
{
    /// <summary>
    /// The first record at or behind <paramref name="fromOffset"/> at least as late as the time. In a batch that cannot be read it
    /// is the batch's first: never too late.
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
