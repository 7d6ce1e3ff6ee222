using System.Runtime.InteropServices;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>
/// When the log was compacted, and up to where. A tombstone may go once a pass older than the retention of tombstones covered it:
/// its age counts from the pass that first cleaned it, not from its timestamp. Only the cleaner changes it, under the
/// partition's lock; whoever else looks needs the lock as well.
/// </summary>
internal sealed class CleaningHistory(params CleaningHistory.Pass[] passes)
{
    /// <summary>Passes are remembered this much finer than the retention, so the list has an end however often the cleaner runs.</summary>
    private const int Fineness = 32;

    private readonly List<Pass> passes = [.. passes];

    public long CleanedTo => passes.Count == 0 ? 0 : passes[^1].CleanedTo;

    public void Add(long cleanedTo, long now, long retention)
    {
        // Of the passes older than the retention only the last one counts.
        var oldEnough = passes.FindLastIndex(pass => now - pass.Time >= retention);
        passes.RemoveRange(0, Math.Max(0, oldEnough));
        // A pass soon after the one before it only moves that one: later, never earlier, is the safe side.
        if (passes.Count >= 2 && passes[^1].Time - passes[^2].Time < retention / Fineness)
            passes.RemoveAt(passes.Count - 1);
        passes.Add(new(cleanedTo, now));
    }

    /// <summary>Tombstones in front of this offset have been readable for long enough.</summary>
    public long TombstonesMayGoBefore(long now, long retention)
    {
        var oldEnough = passes.FindLastIndex(pass => now - pass.Time >= retention);
        return oldEnough < 0 ? 0 : passes[oldEnough].CleanedTo;
    }

    public void TruncateTo(long endOffset) => passes.RemoveAll(pass => pass.CleanedTo > endOffset);

    public void Write(BinaryWriter writer) => writer.WriteRows<Pass>(CollectionsMarshal.AsSpan(passes));

    public static CleaningHistory Read(BinaryReader reader) => new(reader.ReadRows<Pass>());

    internal readonly record struct Pass(long CleanedTo, long Time);
}
