namespace StockPipeline.Streaming.Tables;

/// <summary>
/// Follows what happens to the partitions of a reader. Calls come one after the other, those with batches of the tables included, and each is
/// waited for, so the state behind it needs no locks; an exception ends the reader. A call may take its time, but not minutes: the group would
/// take the partitions away. The token ends two seconds after the reader is told to stop
/// (<see cref="TableReaderOptions.HandlerTimeout"/>): what cannot be done by then, for want of a broker, is left to whoever comes next.
/// </summary>
public interface ITableHandler
{
    /// <summary>Begins anew with the partition of all tables, which is about to be read from its beginning.</summary>
    void OnAssigned(int partition);

    /// <summary>
    /// Learns that a batch of the partition has been handed to its table's handler, which takes it at once: does what has to be waited for.
    /// </summary>
    ValueTask OnDeliveredAsync(int partition, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Learns that one table has been read up to the end it had when its reading began, the others perhaps not yet.</summary>
    ValueTask OnCaughtUpAsync(int partition, Table table, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// Learns that all tables have been read up to the end they had when reading began. Called once after each <see cref="OnAssigned"/>.
    /// </summary>
    ValueTask OnCaughtUpAsync(int partition, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Learns that every assigned partition is caught up; called again when that became true again after partitions came.</summary>
    void OnAllCaughtUp()
    {
    }

    /// <summary>
    /// Drops the state of a partition that goes to somebody else, or is about to be read again from its beginning. What must be visible to the
    /// next owner is flushed before this completes.
    /// </summary>
    ValueTask OnRevokedAsync(int partition, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// Does what is due now and then: called between batches, at least once per <see cref="TableReaderOptions.TickInterval"/> unless a batch takes
    /// longer.
    /// </summary>
    ValueTask OnTickAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
