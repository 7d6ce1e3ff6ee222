using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Gateway.Live;

/// <summary>
/// Opens a live socket: the web server has read the request, looked at the login and answers the handshake; from the client's first frame on,
/// which it sends only once it has that answer, everything to it goes straight into its socket.
/// </summary>
internal sealed class LiveEndpoint(LiveHub hub, LiveCommands commands, LiveLimits limits, TimeProvider clock)
{
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(2);

    /// <param name="http">A request for a websocket that may be let in.</param>
    /// <param name="owner">Whose tasks the socket is told of.</param>
    /// <param name="staysWelcome">Watches the client's session; says false as soon as it is over.</param>
    public async Task ServeAsync(HttpContext http, string owner, Func<CancellationToken, Task<bool>> staysWelcome)
    {
        var connection = http.Features.Get<IConnectionSocketFeature>()?.Socket;
        var lifetime = http.Features.Get<IConnectionLifetimeFeature>();
        if (connection is null || lifetime is null)
            throw new InvalidOperationException("The connection has no socket of its own.");
        var upgrade = http.Features.GetRequiredFeature<IHttpUpgradeFeature>();
        http.Response.Headers.Upgrade = "websocket";
        http.Response.Headers["Sec-WebSocket-Accept"] = Handshake.Accept(http.Request.Headers["Sec-WebSocket-Key"].ToString());
        await using var stream = await upgrade.UpgradeAsync();
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(useZeroByteReads: true));
        var reader = new ClientMessages(input, limits.MaxMessage);
        var first = await FirstAsync(reader);
        if (first is null)
            return;
        if (hub.Join(new SocketOutbound(connection, lifetime.Abort), owner) is not { } socket)
            return;
        using var leaving = new CancellationTokenSource();
        _ = WatchAsync(socket, staysWelcome, leaving.Token);
        var receiving = ReceiveAsync(socket, reader, first.Value);
        await Task.WhenAny(socket.Ended, receiving);
        if (!socket.Ended.IsCompleted && await receiving is { } farewell)
            socket.Close(farewell.Code, farewell.Reason, clock.GetTimestamp());
        else
            hub.Leave(socket);
        await socket.Ended;
        await leaving.CancelAsync();
        await FarewellAsync(connection, DrainAsync(receiving, input), lifetime);
    }

    private async Task WatchAsync(LiveSocket socket, Func<CancellationToken, Task<bool>> staysWelcome, CancellationToken cancellationToken)
    {
        try
        {
            if (!await staysWelcome(cancellationToken))
                socket.Close(LiveCode.SessionOver, "the session is over", clock.GetTimestamp());
        }
        catch (Exception unknown) when (unknown is OperationCanceledException or Npgsql.NpgsqlException)
        {
            // The socket is gone, or the database is: then nobody can say that the session is over.
        }
    }

    private async Task<ClientMessage?> FirstAsync(ClientMessages reader)
    {
        try
        {
            return await reader.NextAsync().AsTask().WaitAsync(limits.HelloLimit, clock);
        }
        catch (Exception gone) when (gone is TimeoutException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<(CloseCode Code, string Reason)?> ReceiveAsync(
        LiveSocket socket, ClientMessages reader, ClientMessage first)
    {
        var (message, commandsOfSecond, second) = ((ClientMessage?)first, 0, clock.GetTimestamp());
        try
        {
            for (; message is { } heard; message = await reader.NextAsync())
            {
                socket.LastHeard = clock.GetTimestamp();
                if (heard.Opcode == Opcode.Close)
                    return heard.Problem ?? (CloseCode.Normal, "");
                if (heard.Opcode == Opcode.Ping)
                    socket.Pong(heard.Payload.Span);
                if (heard.Opcode != Opcode.Text)
                    continue;
                if (clock.GetElapsedTime(second, socket.LastHeard) > TimeSpan.FromSeconds(1))
                    (second, commandsOfSecond) = (socket.LastHeard, 0);
                if (++commandsOfSecond > limits.MaxCommandsASecond)
                    return (LiveCode.TooFast, $"more than {limits.MaxCommandsASecond} commands a second");
                if (commands.Take(socket, heard.Payload) is { } refused)
                    return refused;
            }
            return null;
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// Reads to the client's end what nobody takes any more: also where we have stopped listening because of what it said, it may be sending still.
    /// </summary>
    private static async Task DrainAsync(Task receiving, PipeReader input)
    {
        await receiving;
        try
        {
            while (await input.ReadAsync() is { IsCompleted: false } read)
                input.AdvanceTo(read.Buffer.End);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The connection is over.
        }
    }

    /// <summary>Our half is closed first and the client's bytes read out, so that it sees the close frame and not a reset.</summary>
    private async Task FarewellAsync(System.Net.Sockets.Socket socket, Task draining, IConnectionLifetimeFeature lifetime)
    {
        try
        {
            socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await draining.WaitAsync(FarewellLimit, clock);
        }
        catch (Exception gone) when (gone is System.Net.Sockets.SocketException or ObjectDisposedException or TimeoutException)
        {
            // The connection is over either way; what follows disposes of it.
        }
        lifetime.Abort();
    }
}
