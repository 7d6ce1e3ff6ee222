using System.Net.WebSockets;
using StockPipeline.Contracts.Rates;
using StockPipeline.RatesApi.Answers;
using StockPipeline.RatesApi.Connections;

namespace StockPipeline.RatesApi.Live;

/// <summary>
/// The websocket of the API: <c>/api/v1/stream?pairs=bitcoin-usd,ethereum-usd</c>. First each pair as it stands, then a mark, then each change. A
/// client has no queue: what it is told next is always the newest, so a slow one hears less often and never of the past.
/// </summary>
internal sealed class LiveStream(AnswerBook book, ApiCounts counts, TimeProvider clock)
{
    public const int MostClients = 1_000;

    public const int MostPairs = 500;

    /// <summary>The client took nothing for too long; the same code as that of the websockets of values.</summary>
    private const WebSocketCloseStatus TookNothing = (WebSocketCloseStatus)4008;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(20);

    private static readonly byte[] Mark = """{"type":"mark"}"""u8.ToArray();

    public async Task ServeAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, "This is a websocket");
            return;
        }
        var (entries, problem) = Asked(http.Request.Query["pairs"].ToString());
        if (problem is not null)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, problem);
            return;
        }
        if (!counts.TryEnter(MostClients))
        {
            await RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, $"There are {MostClients} clients already");
            return;
        }
        try
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await ServeAsync(socket, entries, http.RequestAborted);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
        {
            // The client is gone.
        }
        finally
        {
            counts.Leave();
        }
    }

    private async Task ServeAsync(WebSocket socket, List<AnswerEntry> entries, CancellationToken cancellationToken)
    {
        var told = new PreparedAnswer?[entries.Count];
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var listening = ListenAsync(socket, ending.Token);
        try
        {
            await TellAsync(socket, entries, told, ending.Token);
            await SendAsync(socket, Mark, ending.Token);
            while (!listening.IsCompleted)
            {
                await Task.Delay(LookEvery, clock, ending.Token);
                await TellAsync(socket, entries, told, ending.Token);
            }
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ending.Token);
        }
        catch (TimeoutException)
        {
            var closing = socket.CloseOutputAsync(TookNothing, "the client took nothing", CancellationToken.None);
            await closing.WaitAsync(TimeSpan.FromSeconds(1), clock, ending.Token);
        }
        finally
        {
            await ending.CancelAsync();
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TellAsync(WebSocket socket, List<AnswerEntry> entries, PreparedAnswer?[] told, CancellationToken cancellationToken)
    {
        var nowMs = book.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < entries.Count; i++)
        {
            var answer = book.Current(entries[i], nowMs);
            if (ReferenceEquals(answer, told[i]))
                continue;
            told[i] = answer;
            var body = new byte[answer.BodyLength];
            answer.WriteBody(body, nowMs);
            await SendAsync(socket, body, cancellationToken);
        }
    }

    private Task SendAsync(WebSocket socket, byte[] body, CancellationToken cancellationToken) =>
        socket.SendAsync(body, WebSocketMessageType.Text, endOfMessage: true, cancellationToken).WaitAsync(StallLimit, clock, cancellationToken);

    /// <summary>A client says nothing but that it goes; what else it says is passed over.</summary>
    private static async Task ListenAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[1024];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken)).MessageType != WebSocketMessageType.Close)
        {
        }
    }

    private (List<AnswerEntry> Entries, string? Problem) Asked(string text)
    {
        var entries = new List<AnswerEntry>();
        foreach (var one in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct())
        {
            if (!RatePair.TryParse(one, out var pair) || book.Ask(pair) is not { } entry)
                return (entries, $"{one} is not a pair that is known");
            entries.Add(entry);
            if (entries.Count > MostPairs)
                return (entries, $"More than {MostPairs} pairs are asked for");
        }
        return (entries, entries.Count == 0 ? "pairs is missing: /api/v1/stream?pairs=bitcoin-usd,ethereum-usd" : null);
    }

    private static Task RefuseAsync(HttpContext http, int status, string detail)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new { detail }, http.RequestAborted);
    }
}
