using System.Buffers.Binary;

namespace StockPipeline.Testing.Soak;

/// <summary>What a client writes down while it lives; whatever is written is there when it is killed. One client writes.</summary>
public sealed class Ledger : IDisposable
{
    private const int EntryLength = 16;

    private readonly FileStream file;
    private readonly byte[] entry = new byte[EntryLength];

    /// <summary>Opens a ledger to write; nothing is held back in this process.</summary>
    public Ledger(string path) => file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Write(LedgerEntry fact)
    {
        BinaryPrimitives.WriteInt32LittleEndian(entry, (int)fact.Fact);
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(4), fact.Partition);
        BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(8), fact.Number);
        file.Write(entry);
    }

    public void Dispose() => file.Dispose();

    /// <summary>How many entries there are so far.</summary>
    public static long CountOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length / EntryLength : 0;

    /// <summary>All whole entries so far.</summary>
    public static IEnumerable<LedgerEntry> Read(string path)
    {
        if (!File.Exists(path))
            yield break;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var entry = new byte[EntryLength];
        while (file.ReadAtLeast(entry, EntryLength, throwOnEndOfStream: false) == EntryLength)
        {
            yield return new LedgerEntry(
                (LedgerFact)BinaryPrimitives.ReadInt32LittleEndian(entry), BinaryPrimitives.ReadInt32LittleEndian(entry.AsSpan(4)),
                BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(8)));
        }
    }
}
