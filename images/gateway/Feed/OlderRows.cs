using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Feed;

/// <summary>
/// Rows that are no longer kept, read out of their topic when somebody scrolls back so far, and remembered for the next page. One series is read at
/// a time; whoever finds too many waiting is sent away.
/// </summary>
internal sealed class OlderRows : IDisposable
{
    /// <summary>Who waits for a reading at most.</summary>
    public const int MaxWaiting = 16;

    /// <summary>Rows remembered at most, of all series together.</summary>
    private const int MaxRemembered = 400_000;

    private readonly SemaphoreSlim turn = new(1);
    private readonly LinkedList<Read> remembered = [];
    private int waiting;

    /// <returns>All rows of the series; nothing where too many wait already.</returns>
    public async Task<SeriesTable?> OfAsync(LiveSeries series, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return null;
        }
        try
        {
            await turn.WaitAsync(cancellationToken);
            try
            {
                return await ReadAsync(series, cancellationToken);
            }
            finally
            {
                turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<SeriesTable> ReadAsync(LiveSeries series, CancellationToken cancellationToken)
    {
        var known = remembered.FirstOrDefault(one => one.Series == series);
        if (known is not null)
            remembered.Remove(known);
        // What went out of the kept rows since, or came too late for them, must be in what is remembered.
        if (known is null || known.Generation != series.Generation || series.Older > known.Rows.Position)
        {
            var generation = series.Generation;
            known = new Read(series, generation, await series.Topic.ScanAsync(series.Figi, cancellationToken));
        }
        remembered.AddFirst(known);
        while (remembered.Count > 1 && remembered.Sum(one => one.Rows.Rows.Count) > MaxRemembered)
            remembered.RemoveLast();
        return known.Rows.Rows;
    }

    private sealed record Read(LiveSeries Series, int Generation, ScannedRows Rows);
}
