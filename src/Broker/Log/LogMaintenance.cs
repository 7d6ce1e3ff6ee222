using System.Collections.Concurrent;

namespace StockPipeline.Broker.Log;

/// <summary>
/// Looks after all logs of a broker: one loop flushes, one worker compacts and deletes. A disk that refuses is said once and
/// tried again; anything else ends <see cref="RunAsync"/> with the failure, and the broker with it.
/// </summary>
internal sealed class LogMaintenance(
    Func<IEnumerable<PartitionLog>> logs, LogEnvironment environment, TimeSpan cleaningInterval, TimeSpan retentionInterval)
{
    private readonly ConcurrentDictionary<string, bool> failing = [];
    private long retainedAt = environment.Clock.GetTimestamp();

    /// <summary>Runs until stopped; then waits for the work in hand.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = cleaningInterval < retentionInterval ? cleaningInterval : retentionInterval;
        Task[] loops = [LoopAsync(LogUpkeep.FlushInterval, FlushDue, either.Token), LoopAsync(work, CleanDue, either.Token)];
        await Task.WhenAny(loops).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(loops).ConfigureAwait(false);
    }

    /// <summary>One turn of the flushing loop.</summary>
    public void FlushDue(CancellationToken cancellationToken)
    {
        foreach (var log in logs())
        {
            if (!cancellationToken.IsCancellationRequested)
                Attempt(log, log.Upkeep.FlushIfDue);
        }
    }

    /// <summary>
    /// One turn of the worker: segments that are old enough are closed, then compaction, the dirtiest log first, then retention when its time has
    /// come.
    /// </summary>
    public void CleanDue(CancellationToken cancellationToken)
    {
        var urgent = new List<(PartitionLog Log, double Urgency)>();
        foreach (var log in logs())
        {
            Attempt(log, log.Upkeep.RollIfDue);
            Attempt(log, () => urgent.Add((log, log.Upkeep.Cleaner.Urgency())));
        }
        var left = environment.MaxCleanedPerTurn;
        foreach (var (log, _) in urgent.Where(candidate => candidate.Urgency > 0).OrderByDescending(candidate => candidate.Urgency))
        {
            if (left <= 0)
                break;
            Attempt(log, () => left -= log.Upkeep.Cleaner.Clean(cancellationToken));
        }
        if (environment.Clock.GetElapsedTime(retainedAt) < retentionInterval || cancellationToken.IsCancellationRequested)
            return;
        retainedAt = environment.Clock.GetTimestamp();
        foreach (var log in logs())
            Attempt(log, log.Upkeep.Retain);
    }

    private async Task LoopAsync(TimeSpan interval, Action<CancellationToken> turn, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(interval, environment.Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                return;
            turn(cancellationToken);
        }
    }

    private void Attempt(PartitionLog log, Action work)
    {
        try
        {
            work();
            failing.TryRemove(log.Name, out _);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A log that was deleted under the work is no failure, and a full disk is said once, not every second.
            if (!log.IsClosed && failing.TryAdd(log.Name, true))
                LogEvents.UpkeepFailed(environment.Logger, failure, log.Name);
        }
    }
}
