using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace StockPipeline.Bench.Websocket;

/// <summary>
/// The least that sending a frame to each client can cost: a loop over their sockets and one call into the system for each. It does not look
/// at what clients say, nor whether they take what they are sent.
/// </summary>
internal static partial class BareLoop
{
    public const string Part = "fanout-bare";

    private const int Backlog = 1_000;
    private const int NoWaitNoSignal = 0x4040;

    private static readonly byte[] Welcome = [.. "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"u8,
        .. "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"u8];

    private static readonly List<Socket> clients = [];
    private static volatile int[] handles = [];

    public static async Task<int> RunAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(Backlog);
        var welcoming = WelcomeAsync(listener);
        await FanoutOrders.ObeyAsync(((IPEndPoint)listener.LocalEndpoint).Port, Send);
        return welcoming.IsFaulted ? 1 : 0;
    }

    private static async Task WelcomeAsync(TcpListener listener)
    {
        var request = new byte[4096];
        while (true)
        {
            var client = await listener.AcceptSocketAsync();
            await client.ReceiveAsync(request);
            client.NoDelay = true;
            await client.SendAsync(Welcome);
            clients.Add(client);
            handles = [.. handles, (int)client.Handle];
        }
    }

    private static void Send(byte[] frame)
    {
        foreach (var handle in handles)
            _ = Send(handle, frame, frame.Length, NoWaitNoSignal);
    }

    [LibraryImport("libc", EntryPoint = "send")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Send(int socket, [In] byte[] bytes, nint length, int flags);
}
