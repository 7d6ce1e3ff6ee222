using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>Finds where sound batches go on behind damaged bytes, so that damage costs no more than what it hit.</summary>
internal static class BatchSearch
{
    private const int WindowSize = 1024 * 1024;

    /// <summary>
    /// The position of the first sound batch behind <paramref name="damage"/> whose offsets lie within [<paramref name="minOffset"/>,
    /// <paramref name="maxOffset"/>), -1 if there is none. A batch stored as somebody's record value does not have such offsets.
    /// </summary>
    public static long Find(IDiskFile file, long damage, long end, long minOffset, long maxOffset)
    {
        var window = new byte[Math.Min(WindowSize, (int)Math.Min(end - damage, int.MaxValue))];
        for (var start = damage + 1; start + RecordBatch.HeaderSize <= end; start += window.Length - RecordBatch.HeaderSize + 1)
        {
            var filled = file.Read(window, start);
            for (var at = 0; at + RecordBatch.HeaderSize <= filled; at++)
            {
                if (window[at + RecordBatch.MagicPosition] != RecordBatch.Magic)
                    continue;
                var candidate = new RecordBatch(window.AsSpan(at));
                var isCandidate = candidate.HasPlausibleHeader && start + at + candidate.Size <= end
                    && candidate.BaseOffset >= minOffset && candidate.LastOffset < maxOffset && candidate.RecordCount > 0;
                if (isCandidate && BatchReader.IsSound(file, start + at, end))
                    return start + at;
            }
        }
        return -1;
    }
}
