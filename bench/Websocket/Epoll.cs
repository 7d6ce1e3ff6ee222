using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StockPipeline.Bench.Websocket;

/// <summary>Which of many sockets have something to read; the cheapest way there is, so that the clients cost less than what they measure.</summary>
internal sealed partial class Epoll : IDisposable
{
    private const int MaxEvents = 1024;
    private const int Add = 1;
    private const int Readable = 1;

    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;

    /// <summary>Of a TCP socket: the bytes are taken and not copied.</summary>
    private const int Truncate = 0x20;

    // The kernel's structure is packed on x86-64 and aligned elsewhere.
    private static readonly int DataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int Size = DataAt + sizeof(long);

    private readonly SafeFileHandle handle = new(Create(0), ownsHandle: true);
    private readonly byte[] events = new byte[MaxEvents * 16];

    public void Watch(int socket, int index)
    {
        var wanted = new byte[Size];
        BinaryPrimitives.WriteInt32LittleEndian(wanted, Readable);
        BinaryPrimitives.WriteInt64LittleEndian(wanted.AsSpan(DataAt), index);
        if (Control((int)handle.DangerousGetHandle(), Add, socket, wanted) != 0)
            throw new InvalidOperationException($"A socket cannot be watched: error {Marshal.GetLastPInvokeError()}.");
    }

    /// <returns>How many there are; ask <see cref="Index"/> which.</returns>
    public int Wait(TimeSpan limit) => Math.Max(0, Wait((int)handle.DangerousGetHandle(), events, MaxEvents, (int)limit.TotalMilliseconds));

    public int Index(int number) => (int)BinaryPrimitives.ReadInt64LittleEndian(events.AsSpan((number * Size) + DataAt));

    /// <summary>Sends what the socket takes at once; below zero where it takes nothing.</summary>
    public static int Send(int socket, ReadOnlySpan<byte> bytes) =>
        (int)Send(socket, ref MemoryMarshal.GetReference(bytes), bytes.Length, DoNotWait | NoSignal);

    public static int Receive(int socket, Span<byte> room) => (int)Receive(socket, ref MemoryMarshal.GetReference(room), room.Length, 0);

    /// <summary>Takes what has come and throws it away, where it lies in the system: nothing is copied.</summary>
    public static int Drop(int socket, Span<byte> room) => (int)Receive(socket, ref MemoryMarshal.GetReference(room), room.Length, Truncate);

    public void Dispose() => handle.Dispose();

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int handle, int operation, int socket, [In] byte[] wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Wait(int handle, [Out] byte[] events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "send")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Send(int socket, ref byte bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Receive(int socket, ref byte room, nint length, int flags);
}
