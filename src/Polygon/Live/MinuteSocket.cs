using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace StockPipeline.Polygon.Live;

/// <summary>One connection to the websocket, from its greeting to its end: says who we are, subscribes, and gives minutes as they come.</summary>
public sealed class MinuteSocket(PolygonOptions options, TimeProvider clock)
{
    private const int MaxFrame = 4 * 1024 * 1024;
    private const int TickersOfFrame = 500;

    /// <summary>How long each answer of the server may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(25);

    private byte[] buffer = new byte[64 * 1024];

    /// <summary>
    /// Minutes until the connection ends, which is an exception: a final one where the key or the plan is refused. The first batch is empty and
    /// says that every ticker is subscribed.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<MinuteEvent>> ReadAsync(
        IReadOnlyCollection<string> tickers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = PingEvery;
        socket.Options.KeepAliveTimeout = Patience;
        await TryAsync(() => socket.ConnectAsync(options.Socket, cancellationToken), cancellationToken);
        await ExpectAsync(socket, "connected", cancellationToken);
        await TryAsync(() => SendAsync(socket, SocketFrames.Auth(options.ApiKey.Reveal()), cancellationToken), cancellationToken);
        await ExpectAsync(socket, "auth_success", cancellationToken);
        var early = new List<MinuteEvent>();
        foreach (var part in tickers.Chunk(TickersOfFrame))
        {
            await TryAsync(() => SendAsync(socket, SocketFrames.Subscribe(part), cancellationToken), cancellationToken);
            for (var acknowledged = 0; acknowledged < part.Length;)
            {
                var (minutes, statuses) = await ReceiveAsync(socket, Patience, cancellationToken);
                early.AddRange(minutes);
                acknowledged += statuses.Count(status => status.Name == "success");
                if (statuses.FirstOrDefault(status => status.Name is "error" or "max_connections") is { } refused)
                    throw Refused(refused);
            }
        }
        yield return early;
        while (true)
        {
            var (minutes, statuses) = await ReceiveAsync(socket, Timeout.InfiniteTimeSpan, cancellationToken);
            if (statuses.FirstOrDefault(status => status.Name is "error" or "max_connections") is { } refused)
                throw Refused(refused);
            if (minutes.Count > 0)
                yield return minutes;
        }
    }

    private static PolygonException Refused(SocketFrames.Status status) => status switch
    {
        { Name: "auth_failed" } => new PolygonException(PolygonFailure.KeyRefused, $"The websocket refuses the key or its plan: {status.Message}"),
        { Name: "error", Message: "not authorized" } =>
            new PolygonException(PolygonFailure.NotInPlan, "The plan of the key has no minutes over the websocket."),
        _ => new PolygonException(PolygonFailure.Unavailable, $"The websocket says {status.Name}: {status.Message}"),
    };

    private async Task ExpectAsync(ClientWebSocket socket, string wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (_, statuses) = await ReceiveAsync(socket, Patience, cancellationToken);
            if (statuses.Any(status => status.Name == wanted))
                return;
            if (statuses.FirstOrDefault(status => status.Name is not ("connected" or "success")) is { } refused)
                throw Refused(refused);
        }
    }

    private async Task<(IReadOnlyList<MinuteEvent> Minutes, IReadOnlyList<SocketFrames.Status> Statuses)> ReceiveAsync(
        ClientWebSocket socket, TimeSpan patience, CancellationToken cancellationToken)
    {
        var length = 0;
        await TryAsync(async () =>
        {
            while (true)
            {
                if (length == buffer.Length)
                    Array.Resize(ref buffer, Math.Min(MaxFrame, buffer.Length * 2));
                if (length == buffer.Length)
                    throw new PolygonException(PolygonFailure.Unavailable, $"A frame is longer than {MaxFrame} bytes.");
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).AsTask()
                    .WaitAsync(patience, clock, cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                    throw new PolygonException(PolygonFailure.Unavailable, "The websocket was closed.");
                length += received.Count;
                if (received.EndOfMessage)
                    return;
            }
        }, cancellationToken);
        return SocketFrames.Read(buffer.AsSpan(0, length));
    }

    private static Task SendAsync(ClientWebSocket socket, byte[] frame, CancellationToken cancellationToken) =>
        socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    private static async Task TryAsync(Func<Task> call, CancellationToken cancellationToken)
    {
        try
        {
            await call();
        }
        catch (Exception broken) when (broken is WebSocketException or TimeoutException or HttpRequestException
            && !cancellationToken.IsCancellationRequested)
        {
            throw new PolygonException(PolygonFailure.Unavailable, $"The websocket broke off: {broken.Message}", broken);
        }
    }
}
