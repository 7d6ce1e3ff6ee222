using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StockPipeline.Broker.Storage;

/// <summary>The real disk. Writes go straight to the operating system: nothing is buffered in the process.</summary>
internal sealed partial class PhysicalDisk : IDisk
{
    private const int ReadOnly = 0;

    public static PhysicalDisk Instance { get; } = new();

    // Sockets take only files that are opened as asynchronous, which makes no difference on Unix.
    public IDiskFile Open(string path) => new PhysicalFile(
        File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous));

    public bool Exists(string path) => File.Exists(path);

    public IReadOnlyList<string> List(string folder) => [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))];

    public void CreateFolder(string folder) => Directory.CreateDirectory(folder);

    public void Delete(string path) => File.Delete(path);

    public void DeleteFolder(string folder) => Directory.Delete(folder, recursive: true);

    public void Move(string from, string to) => File.Move(from, to, overwrite: true);

    public void MoveFolder(string from, string to) => Directory.Move(from, to);

    /// <summary>.NET flushes files only; a folder is opened through the system's own call.</summary>
    public void FlushFolder(string folder)
    {
        // Windows journals names with the file system and offers no way to flush a folder.
        if (OperatingSystem.IsWindows())
            return;
        using var descriptor = new SafeFileHandle(OpenFolder(folder, ReadOnly), ownsHandle: true);
        if (descriptor.IsInvalid)
            throw new IOException($"Cannot open the folder {folder}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        RandomAccess.FlushToDisk(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenFolder(string path, int flags);

    private sealed class PhysicalFile(SafeFileHandle handle) : IDiskFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public FileStream Stream { get; } = new(handle, FileAccess.ReadWrite, bufferSize: 0, isAsync: true);

        public int Read(Span<byte> target, long position)
        {
            var total = 0;
            while (total < target.Length)
            {
                var read = RandomAccess.Read(handle, target[total..], position + total);
                if (read == 0)
                    break;
                total += read;
            }
            return total;
        }

        public void Write(ReadOnlySpan<byte> bytes, long position) => RandomAccess.Write(handle, bytes, position);

        public void SetLength(long length) => RandomAccess.SetLength(handle, length);

        public void Flush() => RandomAccess.FlushToDisk(handle);

        public void Dispose() => Stream.Dispose();
    }
}
