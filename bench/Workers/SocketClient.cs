using System.Net.WebSockets;

namespace StockPipeline.Bench.Workers;

/// <summary>A client that takes all it is sent.</summary>
internal sealed class SocketClient : IAsyncDisposable
{
    private readonly ClientWebSocket socket;
    private readonly CancellationTokenSource leaving = new();
    private readonly Task reading;

    private SocketClient(ClientWebSocket socket)
    {
        this.socket = socket;
        reading = ReadAsync();
    }

    public long Frames { get; private set; }

    public static async Task<SocketClient> ConnectAsync(Uri address)
    {
        var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(address, CancellationToken.None);
            return new SocketClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        await reading;
        socket.Dispose();
        leaving.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), leaving.Token) is { MessageType: not WebSocketMessageType.Close } part)
                Frames += part.EndOfMessage ? 1 : 0;
        }
        catch (Exception trouble) when (trouble is OperationCanceledException or WebSocketException && leaving.IsCancellationRequested)
        {
            // It has gone: without a goodbye, as clients do. Between two parts that shows as a socket that can no longer be read.
        }
    }
}
