using System.Net.Sockets;

namespace StockPipeline.Broker.Connections;

internal static class SocketExtensions
{
    /// <summary>Sends bytes, or a range of a file that the system takes from its cache without a copy through this process (sendfile).</summary>
    public static async ValueTask SendAsync(this Socket socket, SendPacketsElement piece)
    {
        if (piece.MemoryBuffer is { } bytes)
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await socket.SendAsync(bytes)..];
            return;
        }
        var sent = new TaskCompletionSource();
        using var packets = new SocketAsyncEventArgs(true) { SendPacketsElements = [piece] };
        packets.Completed += (_, _) => sent.SetResult();
        if (socket.SendPacketsAsync(packets))
            await sent.Task;
        if (packets.SocketError != SocketError.Success)
            throw new SocketException((int)packets.SocketError);
    }
}
