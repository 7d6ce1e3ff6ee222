using System.Collections.Concurrent;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;

namespace StockPipeline.Gateway.Feed;

/// <summary>
/// Knows since when no correction of a candle can have been missed. A topic that is compacted forgets what it said before: where offsets are missing
/// from what was read of it, corrections of before may have been made while nobody looked. Of rows that are not kept it is known that they were
/// corrected, and not what they had been. Fed by one reader's thread; asked by any.
/// </summary>
internal sealed class RevisionReach(int partitions, TimeProvider clock)
{
    private readonly long[] next = new long[partitions];
    private readonly bool[] hasHoles = new bool[partitions];
    private readonly bool[] isCaughtUp = new bool[partitions];
    private readonly long[] since = new long[partitions];
    private readonly ConcurrentDictionary<Figi, long> missed = new();

    /// <summary>The partition is read from its beginning.</summary>
    public void Begin(int partition)
    {
        (next[partition], hasHoles[partition], isCaughtUp[partition]) = (0, false, false);
        Volatile.Write(ref since[partition], 0);
        foreach (var figi in missed.Keys.Where(figi => FigiPartition.Of(figi, partitions) == partition))
            missed.TryRemove(figi, out _);
    }

    /// <summary>So many records were read, from one offset to another.</summary>
    public void Read(int partition, long first, long last, int count)
    {
        if (first != next[partition] || last - first + 1 != count)
        {
            hasHoles[partition] = true;
            if (isCaughtUp[partition])
                CaughtUp(partition);
        }
        next[partition] = last + 1;
    }

    /// <summary>What is corrected from now on is seen. What was compacted away may have been corrected up to now.</summary>
    public void CaughtUp(int partition)
    {
        isCaughtUp[partition] = true;
        if (hasHoles[partition])
            Volatile.Write(ref since[partition], clock.GetUtcNow().ToUnixTimeMilliseconds());
        hasHoles[partition] = false;
    }

    /// <summary>A candle was corrected of which is not known what it had been.</summary>
    public void Miss(Figi figi, DateTimeOffset until) =>
        missed.AddOrUpdate(figi, until.ToUnixTimeMilliseconds(), (_, before) => Math.Max(before, until.ToUnixTimeMilliseconds()));

    /// <returns>Nothing where all corrections that there ever were are known.</returns>
    public DateTimeOffset? Since(Figi figi)
    {
        var known = Math.Max(Volatile.Read(ref since[FigiPartition.Of(figi, partitions)]), missed.GetValueOrDefault(figi));
        return known == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(known);
    }
}
