using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Workers.Ledger;

/// <summary>One change to the ledger.</summary>
/// <param name="Key">Of the entry.</param>
/// <param name="Entry">What it becomes; null for a tombstone.</param>
/// <param name="Task">What history is asked, once the entry is written.</param>
public readonly record struct LedgerStep(GapKey Key, Gap? Entry, HistoryTask? Task)
{
    public static LedgerStep Of(Gap entry) => new(new GapKey(entry.Figi, entry.Interval, entry.From), entry, null);

    /// <summary>The entry as a request, with its task.</summary>
    public static LedgerStep Request(Gap entry, HistoryReason reason, Guid id) => Of(entry) with
    {
        Task = new HistoryTask
        {
            Figi = entry.Figi, Interval = entry.Interval, From = entry.From, To = entry.To, Reason = reason, Attempt = entry.Attempts, Id = id,
        },
    };

    /// <summary>A task that has no entry, because nobody waits for its answer.</summary>
    public static LedgerStep Only(HistoryTask task) => new(new GapKey(task.Figi, task.Interval, task.From), null, task);

    public static LedgerStep Tombstone(Gap entry) => Of(entry) with { Entry = null };
}
