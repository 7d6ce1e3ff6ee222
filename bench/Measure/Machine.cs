using System.Runtime.InteropServices;

namespace StockPipeline.Bench.Measure;

/// <summary>Brings the machine under a measurement to the same state for all that are measured on it.</summary>
internal static unsafe partial class Machine
{
    private const int Page = 4096;

    /// <summary>The system gives free memory back to the host, and joins neighbours, in blocks of this size only.</summary>
    private const int Block = 2 << 20;

    /// <summary>So much more than any flood writes that what it takes from the free memory has been touched.</summary>
    private const long Enough = 3L << 30;

    private const int DontNeed = 4;

    private static byte* held;

    /// <summary>
    /// Touches as much free memory as a flood can take. On a virtual machine pages that nobody used for a while go back to the host, and the
    /// first touch of each afterwards costs microseconds: several times what a broker computes for the records that a page of its log holds, and
    /// a matter of chance. One page of each block stays taken until the next call: memory in pieces is handed out first, and not given back.
    /// </summary>
    public static void WarmMemory()
    {
        if (held is null)
            held = (byte*)NativeMemory.AlignedAlloc((nuint)Enough, Block);
        for (long at = 0; at < Enough; at += Page)
            held[at] = 1;
        for (long at = 0; at < Enough; at += Block)
            if (Advise(held + at + Page, Block - Page, DontNeed) != 0)
                throw new InvalidOperationException("The system does not take memory back.");
    }

    /// <summary>Waits until the disk has all that was written so far, and does nothing any more of its own accord.</summary>
    [LibraryImport("libc", EntryPoint = "sync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void SettleDisk();

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* from, nuint length, int advice);
}
