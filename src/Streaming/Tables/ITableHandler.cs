namespace StockPipeline.Streaming.Tables;

/// <summary>
/// Told what happens to the partitions of a reader. Everything, the batches of the tables included, is called on the reader's one thread,
/// so the state behind it needs no locks; an exception ends the reader. A call may block, but not for minutes: the group would take the
/// partitions away.
/// </summary>
public interface ITableHandler
{
    /// <summary>The partition of all tables is about to be read from its beginning.</summary>
    void Assigned(int partition)
    {
    }

    /// <summary>All tables have been read up to the end they had when reading began. Called once after each <see cref="Assigned"/>.</summary>
    void CaughtUp(int partition)
    {
    }

    /// <summary>Every assigned partition is caught up; called again when that became true again after partitions came.</summary>
    void AllCaughtUp()
    {
    }

    /// <summary>
    /// The partition goes to somebody else, or is about to be read again from its beginning: its state is to be dropped. What must be visible to
    /// the next owner is flushed before this returns.
    /// </summary>
    void Revoked(int partition)
    {
    }

    /// <summary>Called between batches, at least once per <see cref="TableReaderOptions.TickInterval"/> unless a batch takes longer.</summary>
    void Tick()
    {
    }
}
