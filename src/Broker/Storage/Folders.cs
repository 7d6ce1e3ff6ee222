using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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
        using var descriptor = new SafeFileHandle(Open(folder, ReadOnly), ownsHandle: true);
        if (descriptor.IsInvalid)
            throw new IOException($"Cannot open the folder {folder}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        RandomAccess.FlushToDisk(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);
}
