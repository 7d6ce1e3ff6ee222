using System.Runtime.InteropServices;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>
/// Where each leader epoch began: tells a client whether the offset it stands on is still the record it read.
/// Guarded by the partition's lock.
/// </summary>
internal sealed class EpochHistory(params EpochHistory.Entry[] entries)
{
    private readonly List<Entry> entries = [.. entries];

    public void Assign(int epoch, long startOffset)
    {
        if (entries.Count > 0 && entries[^1].Epoch >= epoch)
            return;
        // An epoch that ended without a record says nothing.
        if (entries.Count > 0 && entries[^1].Start == startOffset)
            entries.RemoveAt(entries.Count - 1);
        entries.Add(new(epoch, startOffset));
    }

    public void TruncateTo(long endOffset) => entries.RemoveAll(entry => entry.Start > endOffset);

    public void StartAt(long logStart)
    {
        var current = entries.FindLastIndex(entry => entry.Start <= logStart);
        if (current < 0)
            return;
        entries[current] = entries[current] with { Start = logStart };
        entries.RemoveRange(0, current);
    }

    /// <summary>The epoch in force at an offset, -1 when unknown.</summary>
    public int At(long offset)
    {
        var index = entries.FindLastIndex(entry => entry.Start <= offset);
        return index < 0 ? -1 : entries[index].Epoch;
    }

    /// <summary>The largest epoch not above the one asked for and where it ended; (-1, -1) for epochs still to come.</summary>
    public (int Epoch, long EndOffset) EndOf(int epoch, long logEnd)
    {
        if (epoch < 0 || entries.Count == 0 || epoch > entries[^1].Epoch)
            return (-1, -1);
        if (epoch == entries[^1].Epoch)
            return (epoch, logEnd);
        var next = entries.FindIndex(entry => entry.Epoch > epoch);
        return (next == 0 ? epoch : entries[next - 1].Epoch, entries[next].Start);
    }

    public void Write(BinaryWriter writer) => writer.WriteRows<Entry>(CollectionsMarshal.AsSpan(entries));

    public static EpochHistory Read(BinaryReader reader) => new(reader.ReadRows<Entry>());

    internal readonly record struct Entry(int Epoch, long Start);
}
