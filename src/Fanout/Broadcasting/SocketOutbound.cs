using System.Net.Sockets;

namespace StockPipeline.Fanout.Broadcasting;

/// <summary>
/// Sends straight from the shared log into the socket: no copy, no pipe and no task for each client and frame, which is what a fan-out to
/// thousands spends its time on otherwise. The server's own writer is idle after the upgrade, so nobody else sends on this socket.
/// </summary>
internal sealed class SocketOutbound : IOutbound
{
    /// <summary>What the system holds for a client that does not take it; left to itself it would be megabytes each.</summary>
    public const int SendBufferBytes = 128 << 10;

    private readonly Socket socket;
    private readonly Action abort;

    public SocketOutbound(Socket socket, Action abort)
    {
        this.socket = socket;
        this.abort = abort;
        socket.NoDelay = true;
        socket.SendBufferSize = SendBufferBytes;
        socket.Blocking = false;
    }

    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var sent = socket.Send(bytes, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success => sent,
                SocketError.WouldBlock or SocketError.IOPending or SocketError.NoBufferSpaceAvailable => 0,
                _ => -1,
            };
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }
    }

    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await socket.SendAsync(bytes, SocketFlags.None);
            return true;
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    public void Abort() => abort();
}
