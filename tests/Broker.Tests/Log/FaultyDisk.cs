using System.Collections.Concurrent;
using StockPipeline.Broker.Storage;

namespace StockPipeline.BrokerTests.Log;

/// <summary>The real disk, until told to fail; or a process that dies at its n-th change, leaving part of that change behind.</summary>
internal sealed class FaultyDisk : IDisk
{
    private readonly PhysicalDisk disk = PhysicalDisk.Instance;
    private readonly List<WeakReference<FaultyFile>> opened = [];
    private readonly ConcurrentDictionary<string, long> flushed = new();
    private int flushes;

    /// <summary>Asked before every write; how many bytes get through before the failure, null for all.</summary>
    public Func<string, int, int?> LimitWrite { get; set; } = (_, _) => null;

    public Func<string, bool> FailFlush { get; set; } = _ => false;

    public Func<string, bool> FailSetLength { get; set; } = _ => false;

    public Func<string, bool> FailRead { get; set; } = _ => false;

    public Func<string, bool> FailMove { get; set; } = _ => false;

    /// <summary>Changes (writes, renames, deletions, truncations) left until the process dies.</summary>
    public int? ChangesUntilDeath { get; set; }

    public int Changes { get; private set; }

    public int Flushes => flushes;

    public int OpenFiles => opened.Count(reference => reference.TryGetTarget(out var file) && !file.IsDisposed);

    /// <summary>Lets the next process live.</summary>
    public void Revive()
    {
        ChangesUntilDeath = null;
        foreach (var reference in opened)
        {
            if (reference.TryGetTarget(out var file))
                file.Dispose();
        }
        opened.Clear();
    }

    /// <summary>What was written and not flushed is gone, or the file has its length and zeros.</summary>
    public void LosePower(bool zeros)
    {
        Revive();
        foreach (var (path, safe) in flushed.Where(entry => File.Exists(entry.Key)))
        {
            using var file = disk.Open(path);
            var length = file.Length;
            file.SetLength(Math.Min(safe, length));
            if (zeros)
                file.SetLength(length);
        }
    }

    public IDiskFile Open(string path)
    {
        if (!File.Exists(path))
            Change();
        var file = new FaultyFile(this, disk.Open(path), path);
        opened.Add(new(file));
        return file;
    }

    public bool Exists(string path) => disk.Exists(path);

    public IReadOnlyList<string> List(string folder) => disk.List(folder);

    public void CreateFolder(string folder) => disk.CreateFolder(folder);

    public void Delete(string path)
    {
        Change();
        disk.Delete(path);
    }

    public void DeleteFolder(string folder) => disk.DeleteFolder(folder);

    public void Move(string from, string to)
    {
        Change();
        if (FailMove(to))
            throw new IOException("Input/output error");
        disk.Move(from, to);
        if (flushed.TryRemove(from, out var length))
            flushed[to] = length;
    }

    public void MoveFolder(string from, string to) => disk.MoveFolder(from, to);

    /// <summary>Real flushes take milliseconds, and no test pulls the plug on this machine.</summary>
    public void FlushFolder(string folder) => Live();

    private void Live()
    {
        if (ChangesUntilDeath == 0)
            throw new ProcessDiedException();
    }

    private void Change()
    {
        Changes++;
        Live();
        ChangesUntilDeath--;
    }

    public sealed class ProcessDiedException : Exception;

    private sealed class FaultyFile(FaultyDisk owner, IDiskFile file, string path) : IDiskFile
    {
        public bool IsDisposed { get; private set; }

        public long Length => file.Length;

        public FileStream Stream => file.Stream;

        public int Read(Span<byte> target, long position) =>
            owner.FailRead(path) ? throw new IOException("Input/output error") : file.Read(target, position);

        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            owner.Changes++;
            owner.Live();
            if (owner.ChangesUntilDeath is 1)
            {
                owner.ChangesUntilDeath = 0;
                file.Write(bytes[..(int)(bytes.Length * 2L / 3)], position);
                throw new ProcessDiedException();
            }
            owner.ChangesUntilDeath--;
            if (owner.LimitWrite(path, bytes.Length) is { } allowed)
            {
                file.Write(bytes[..allowed], position);
                throw new IOException("No space left on device");
            }
            file.Write(bytes, position);
        }

        public void SetLength(long length)
        {
            owner.Change();
            if (owner.FailSetLength(path))
                throw new IOException("Input/output error");
            file.SetLength(length);
            owner.flushed.AddOrUpdate(path, 0, (_, safe) => Math.Min(safe, length));
        }

        public void Flush()
        {
            owner.Live();
            Interlocked.Increment(ref owner.flushes);
            if (owner.FailFlush(path))
                throw new IOException("Input/output error");
            owner.flushed[path] = file.Length;
        }

        public void Dispose()
        {
            if (!IsDisposed)
                file.Dispose();
            IsDisposed = true;
        }
    }
}
