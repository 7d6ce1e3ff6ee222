using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Websocket.Feeds;
using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Websocket.Connections;

/// <summary>
/// Stands before the web server on the same port: a connection that opens with a websocket handshake is served here, straight on its
/// socket; every other one is passed on untouched.
/// </summary>
public sealed class WebsocketMiddleware(IFeeds feeds, TimeProvider clock, ILogger<WebsocketMiddleware> logger)
{
    /// <summary>How long a client may take to say what it wants.</summary>
    public static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long the client may take to close its half after ours.</summary>
    public static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(2);

    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        UpgradeRequest? request;
        try
        {
            request = await ReadRequestAsync(connection.Transport.Input);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ConnectionResetException)
        {
            connection.Abort(new ConnectionAbortedException("no request came"));
            return;
        }
        if (request is null)
        {
            await next(connection);
            return;
        }
        if (Refusal(request, out var feed, out var snapshot) is { } refusal)
        {
            await RefuseAsync(connection, refusal.Status, refusal.Sentence);
            return;
        }
        await ServeAsync(connection, request, feed!, snapshot);
    }

    private (HttpStatusCode Status, string Sentence)? Refusal(UpgradeRequest request, out Feed? feed, out SnapshotRequest snapshot)
    {
        snapshot = default;
        if (feeds.NotReady is { } reason)
        {
            feed = null;
            return (HttpStatusCode.ServiceUnavailable, reason);
        }
        if (!feeds.TryFind(request.Path, out feed))
            return (HttpStatusCode.NotFound, $"there is no feed at {request.Path}; the values are at /, the candles at /candles");
        if (request.Problem is { } problem)
            return (HttpStatusCode.BadRequest, problem);
        if (SnapshotQuery.TryRead(request.Query, feed.Limits.KeptCandles, out snapshot) is { } misunderstood)
            return (HttpStatusCode.BadRequest, misunderstood);
        return null;
    }

    private async Task ServeAsync(ConnectionContext connection, UpgradeRequest request, Feed feed, SnapshotRequest snapshot)
    {
        var socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket
            ?? throw new InvalidOperationException("The connection has no socket of its own.");
        var answer = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {request.Accept}\r\n\r\n");
        var subscriber = feed.Broadcaster.Join(new SocketOutbound(socket, () => Abort(connection)), snapshot, feed.Mark, answer);
        if (subscriber is null)
        {
            await RefuseAsync(
                connection, HttpStatusCode.ServiceUnavailable, $"there are {feed.Limits.MaxClients} clients already, or the service stops");
            return;
        }
        Log.ClientJoined(logger, connection.ConnectionId, request.Path);
        var receiving = ReceiveAsync(connection.Transport.Input, feed.Broadcaster, subscriber);
        await Task.WhenAny(subscriber.Ended, receiving);
        if (!subscriber.Ended.IsCompleted && await receiving is { } farewell)
            feed.Broadcaster.Close(subscriber, farewell.Code, farewell.Reason);
        else
            feed.Broadcaster.Leave(subscriber);
        await subscriber.Ended;
        Log.ClientLeft(logger, connection.ConnectionId, subscriber.Code);
        await FarewellAsync(connection, socket, receiving);
    }

    /// <summary>Our half is closed first and the client's bytes read out, so that it sees the close frame and not a reset.</summary>
    private async Task FarewellAsync(ConnectionContext connection, Socket socket, Task receiving)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            await receiving.WaitAsync(FarewellLimit, clock);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or TimeoutException)
        {
            // The connection is over either way; what follows disposes of it.
        }
        Abort(connection);
    }

    /// <summary>Reads what the client says until it closes, breaks the protocol or is gone.</summary>
    /// <returns>How to answer it; nothing when it is gone.</returns>
    private static async Task<(CloseCode Code, string Reason)?> ReceiveAsync(PipeReader input, Broadcaster broadcaster, Subscriber subscriber)
    {
        try
        {
            while (true)
            {
                var read = await input.ReadAsync();
                var bytes = read.Buffer;
                while (ClientFrame.TryRead(ref bytes, out var frame))
                {
                    broadcaster.Heard(subscriber);
                    if (frame.Opcode == Opcode.Close)
                        return (CloseCode.Normal, "");
                    if (frame.Opcode == Opcode.Ping)
                        broadcaster.Answer(subscriber, frame.Payload.Span);
                }
                input.AdvanceTo(bytes.Start, bytes.End);
                if (read.IsCompleted || read.IsCanceled)
                    return null;
            }
        }
        catch (ClientFrameException broken)
        {
            return (broken.Code, broken.Message);
        }
        catch (Exception gone) when (gone is IOException or ConnectionResetException or ConnectionAbortedException)
        {
            return null;
        }
    }

    private async Task<UpgradeRequest?> ReadRequestAsync(PipeReader input)
    {
        using var limit = new CancellationTokenSource(HandshakeLimit, clock);
        while (true)
        {
            var read = await input.ReadAsync(limit.Token);
            if (UpgradeRequest.TryRead(read.Buffer, out var request) || read.IsCompleted)
            {
                input.AdvanceTo(request is null ? read.Buffer.Start : AfterHead(read.Buffer));
                return request;
            }
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static SequencePosition AfterHead(ReadOnlySequence<byte> bytes)
    {
        var reader = new SequenceReader<byte>(bytes);
        reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n\r\n"u8);
        return reader.Position;
    }

    private static async Task RefuseAsync(ConnectionContext connection, HttpStatusCode status, string sentence)
    {
        var body = Encoding.UTF8.GetBytes(sentence + "\n");
        var head = $"HTTP/1.1 {(int)status} {status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + $"Content-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(head).Concat(body).ToArray());
        await connection.Transport.Output.CompleteAsync();
    }

    private static void Abort(ConnectionContext connection) => connection.Abort(new ConnectionAbortedException("the websocket has ended"));
}
