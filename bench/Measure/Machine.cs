using System.Runtime.InteropServices;

namespace StockPipeline.Bench.Measure;

/// <summary>Brings the machine under a measurement to the same state for all that are measured on it.</summary>
internal static unsafe partial class Machine
{
    private const int Page = 4096;

    /// <summary>So much more than any flood writes that what it takes from the free memory has been touched.</summary>
    private const nuint Enough = 2u << 30;

    /// <summary>
    /// Touches as much free memory as a flood can take, and gives it back to the system, which hands it out again first. On a virtual machine
    /// pages that nobody used for a while go back to the host, and the first touch of each afterwards costs microseconds: several times what a
    /// broker computes for the records that a page of its log holds, and a matter of chance.
    /// </summary>
    public static void WarmMemory()
    {
        var block = (byte*)NativeMemory.Alloc(Enough);
        for (nuint at = 0; at < Enough; at += Page)
            block[at] = 1;
        NativeMemory.Free(block);
    }

    /// <summary>Waits until the disk has all that was written so far, and does nothing any more of its own accord.</summary>
    [LibraryImport("libc", EntryPoint = "sync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void SettleDisk();
}
