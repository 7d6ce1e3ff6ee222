using System.ComponentModel;
using System.Runtime.InteropServices;

namespace StockPipeline.Broker.Storage;

/// <summary>Makes created, renamed and deleted names durable: .NET flushes files only, a folder is flushed through the system's own calls.</summary>
internal static partial class Folders
{
    private const int ReadOnly = 0;

    public static void Flush(string folder)
    {
        // Windows journals names with the file system and offers no way to flush a folder.
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            throw Failure("open", folder);
        try
        {
            if (Fsync(descriptor) != 0)
                throw Failure("flush", folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string action, string folder) =>
        new($"Cannot {action} the folder {folder}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
