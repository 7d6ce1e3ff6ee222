using System.Net.WebSockets;
using System.Text;
using StockPipeline.Simulator.Currencies;

namespace StockPipeline.Simulator.Binance;

/// <summary>One client of the streams: what it has subscribed and up to when it has been told.</summary>
internal sealed class BinanceConnection(
    WebSocket socket, bool isCombined, BinanceMarkets markets, BinanceTape tape, WorldFaults faults, TimeProvider clock) : IDisposable
{
    /// <summary>Events of one stream sent at a time: what is further behind is left out, as it is by the exchange.</summary>
    private const int MostAtOnce = 200;

    private readonly Lock gate = new();
    private readonly SemaphoreSlim sending = new(1);
    private readonly Dictionary<string, long> toldUntil = new(StringComparer.Ordinal);
    private readonly BinanceEvents events = new(markets, tape, MostAtOnce);

    public bool IsCombined { get; set; } = isCombined;

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (gate)
                return [.. toldUntil.Keys];
        }
    }

    /// <summary>False where these would be too many.</summary>
    public bool Subscribe(IReadOnlyList<string> names)
    {
        lock (gate)
        {
            if (toldUntil.Count + names.Count(name => !toldUntil.ContainsKey(name)) > BinanceStreams.MostStreams)
                return false;
            foreach (var name in names)
                toldUntil.TryAdd(name, clock.GetUtcNow().ToUnixTimeMilliseconds());
            return true;
        }
    }

    public void Unsubscribe(IReadOnlyList<string> names)
    {
        lock (gate)
        {
            foreach (var name in names)
                toldUntil.Remove(name);
        }
    }

    /// <summary>Sends what has happened since the last time.</summary>
    public async Task SendNewsAsync(long nowMs, CancellationToken cancellationToken)
    {
        foreach (var name in Names)
        {
            var at = name.IndexOf('@', StringComparison.Ordinal);
            var symbol = at > 0 ? name[..at].ToUpperInvariant() : "";
            // Nothing of a stretch of silence is ever told; what is late comes with the time it had.
            var isSilent = faults.Find(WorldFaultKind.Silence, symbol) is not null;
            var until = faults.Find(WorldFaultKind.Late, symbol) is { Fault.Delay: var delay } ? nowMs - (long)(delay * 1000) : nowMs;
            long from;
            lock (gate)
            {
                if (!toldUntil.TryGetValue(name, out from) || until <= from)
                    continue;
                toldUntil[name] = until;
            }
            if (isSilent)
                continue;
            foreach (var text in events.Of(name, from, until))
                await SendEventAsync(name, text, cancellationToken);
        }
    }

    public void Dispose() => sending.Dispose();

    public Task SendEventAsync(string name, string text, CancellationToken cancellationToken) =>
        SendAsync(IsCombined ? $$"""{"stream":"{{name}}","data":{{text}}}""" : text, cancellationToken);

    public async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        await sending.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            sending.Release();
        }
    }

    public async Task CloseAsync(WebSocketCloseStatus status, string reason)
    {
        await sending.WaitAsync();
        try
        {
            await socket.CloseOutputAsync(status, reason, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
    }
}
