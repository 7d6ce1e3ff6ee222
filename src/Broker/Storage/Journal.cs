namespace StockPipeline.Broker.Storage;

/// <summary>
/// A small durable dictionary: the last value of every key, kept in memory and in one file of checksummed frames. A change is with the
/// operating system when the call returns (a killed process loses nothing), and on the disk when asked for. Once most of the file is
/// outdated it is replaced by a snapshot: written beside it, flushed, renamed. May be used by many threads.
/// </summary>
internal sealed class Journal : IDisposable
{
    /// <summary>Below this size a file is not worth replacing.</summary>
    public const long MinBytesToCompact = 1024 * 1024;

    /// <summary>The file is replaced when it is this many times larger than what is still valid in it.</summary>
    public const int CompactionRatio = 4;

    private readonly Lock gate = new();
    private readonly IDisk disk;
    private readonly ILogger logger;
    private readonly string path;
    private readonly string folder;
    private readonly Dictionary<string, byte[]> values = new(StringComparer.Ordinal);
    private readonly MemoryStream buffer = new();
    private IDiskFile file;
    private TailWriter tail;
    private long length;
    private long validBytes;
    private long compactAtBytes = MinBytesToCompact;
    private bool unflushed;

    private Journal(string path, IDisk disk, ILogger logger)
    {
        (this.disk, this.logger) = (disk, logger);
        this.path = Path.GetFullPath(path);
        folder = Path.GetDirectoryName(this.path)!;
        if (disk.Exists(NextPath))
            disk.Delete(NextPath);
        file = disk.Open(this.path);
        tail = new(file);
    }

    private string NextPath => path + ".next";

    public static Journal Open(string path, IDisk disk, ILogger logger)
    {
        var journal = new Journal(path, disk, logger);
        try
        {
            journal.Load();
        }
        catch
        {
            journal.file.Dispose();
            throw;
        }
        journal.disk.FlushFolder(journal.folder);
        return journal;
    }

    /// <summary>A copy of what the journal holds now.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Entries()
    {
        lock (gate)
            return [.. values];
    }

    public void Put(string key, byte[] value, bool flush) => Apply([new(key, value)], flush);

    public void Remove(string key, bool flush) => Apply([new(key, null)], flush);

    /// <summary>Applies all changes (null removes) or, when the disk refuses, none and throws <see cref="IOException"/>.</summary>
    public void Apply(IReadOnlyCollection<KeyValuePair<string, byte[]?>> changes, bool flush)
    {
        if (changes.Count == 0)
            return;
        lock (gate)
        {
            buffer.SetLength(0);
            JournalFrame.Write(buffer, changes);
            tail.Append(Written(buffer), length, flush);
            length += buffer.Length;
            unflushed = !flush;
            foreach (var (key, value) in changes)
                Remember(key, value);
            if (length >= compactAtBytes && length > validBytes * CompactionRatio)
                TryCompact();
        }
    }

    /// <summary>Brings everything written so far to the disk.</summary>
    public void Flush()
    {
        lock (gate)
        {
            if (!unflushed)
                return;
            file.Flush();
            unflushed = false;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            try
            {
                Flush();
            }
            finally
            {
                // A timer or a second end that comes later finds nothing to do.
                unflushed = false;
                file.Dispose();
            }
        }
    }

    private void Remember(string key, byte[]? value)
    {
        if (values.Remove(key, out var old))
            validBytes -= Size(key, old);
        if (value is null)
            return;
        values.Add(key, value);
        validBytes += Size(key, value);
    }

    private static long Size(string key, byte[] value) => JournalFrame.HeaderBytes + sizeof(int) * 2 + key.Length + value.Length;

    private void TryCompact()
    {
        try
        {
            Compact();
            compactAtBytes = MinBytesToCompact;
        }
        catch (IOException failure)
        {
            // The change itself is written and the old file still whole: a disk without room for a snapshot is no reason to fail the caller.
            logger.JournalNotReplaced(path, failure);
            compactAtBytes = length * 2;
        }
    }

    private void Compact()
    {
        using var snapshot = new MemoryStream();
        foreach (var (key, value) in values)
            JournalFrame.Write(snapshot, [new(key, value)]);
        var next = disk.Open(NextPath);
        try
        {
            next.SetLength(0);
            next.Write(Written(snapshot), 0);
            next.Flush();
            disk.Move(NextPath, path);
        }
        catch
        {
            // What is left of the snapshot is overwritten by the next one, or removed at the next start.
            next.Dispose();
            throw;
        }
        file.Dispose();
        (file, tail) = (next, new(next));
        length = snapshot.Length;
        unflushed = false;
        disk.FlushFolder(folder);
    }

    private static ReadOnlySpan<byte> Written(MemoryStream stream) => stream.GetBuffer().AsSpan(0, (int)stream.Length);

    private void Load()
    {
        ReadOnlyMemory<byte> rest = SmallFile.Read(disk, path);
        length = rest.Length;
        // Frames with a wrong checksum between sound ones are the disk's doing; behind the sound ones stands a write nobody was told about.
        var damagedFrames = 0;
        while (JournalFrame.Read(rest) is var (payload, isSound))
        {
            var behind = rest[(JournalFrame.HeaderBytes + payload.Length)..];
            if (isSound)
            {
                foreach (var (key, value) in JournalFrame.Changes(payload))
                    Remember(key, value);
            }
            else if (JournalFrame.Read(behind) is (_, true))
                damagedFrames++;
            else
                break;
            rest = behind;
        }
        length -= rest.Length;
        if (rest.Length > 0)
            file.SetLength(length);
        if (rest.Length > 0 || damagedFrames > 0)
            logger.JournalRepaired(path, rest.Length, damagedFrames);
    }
}

/// <summary>What journals log: event ids 2190 to 2199.</summary>
internal static partial class StorageEvents
{
    [LoggerMessage(
        2190, LogLevel.Warning, "The journal {Path} had a torn tail of {CutBytes} bytes, cut off, and {DamagedFrames} damaged frames, skipped")]
    public static partial void JournalRepaired(this ILogger logger, string path, int cutBytes, int damagedFrames);

    [LoggerMessage(
        2191, LogLevel.Warning, "The journal {Path} could not be replaced by a smaller one; that is tried again when it is twice as large")]
    public static partial void JournalNotReplaced(this ILogger logger, string path, Exception failure);
}
