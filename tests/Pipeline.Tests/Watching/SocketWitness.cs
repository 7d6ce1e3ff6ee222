using System.Net.WebSockets;
using System.Text.Json;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;

namespace StockPipeline.PipelineTests.Watching;

/// <summary>A websocket client that comes back whenever it is sent away, and remembers what it was told last about each candle.</summary>
internal sealed class SocketWitness : IAsyncDisposable
{
    /// <summary>Between two messages that are told live: the market says more in this time than one.</summary>
    private static readonly TimeSpan SlowRest = TimeSpan.FromMilliseconds(40);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Told> told = [];
    private readonly SortedSet<string> snapshot = new(StringComparer.Ordinal);
    private readonly List<string> repeated = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Uri address;
    private readonly TimeSpan rest;
    private readonly Task watching;

    private SocketWitness(Uri address, TimeSpan rest)
    {
        this.address = address;
        this.rest = rest;
        watching = WatchAsync();
    }

    /// <summary>How often it was let in.</summary>
    public int Visits { get; private set; }

    /// <summary>Final values told while listening, each change counted.</summary>
    public int LiveFinals { get; private set; }

    /// <summary>What was told live though it had just been told.</summary>
    public IReadOnlyList<string> Repeated
    {
        get
        {
            lock (gate)
                return [.. repeated];
        }
    }

    /// <summary>Asks for everything that is kept, so that what it missed while away is in the snapshot.</summary>
    public static SocketWitness Of(int port) => new(new Uri($"ws://127.0.0.1:{port}/?last=5000"), TimeSpan.Zero);

    /// <summary>One that reads no faster than it must: it falls behind, and is brought up to date by what the server makes of that.</summary>
    public static SocketWitness SlowOf(int port) => new(new Uri($"ws://127.0.0.1:{port}/?last=5000"), SlowRest);

    /// <summary>The values it was not told, or told otherwise, and those it holds though there are none any more.</summary>
    public IReadOnlyList<string> Missing(IEnumerable<MacdValue> values)
    {
        var all = values.ToList();
        var times = all.Select(value => InstantText.Write(value.OpenTime)).ToHashSet();
        lock (gate)
        {
            return [.. told.Keys.Where(time => !times.Contains(time)).Select(time => $"{address.Port}: told {time}, which is not there"),
                .. all.Where(value => !told.TryGetValue(InstantText.Write(value.OpenTime), out var last)
                || last != new Told(value.MainLine, value.SignalLine, value.Histogram, value.Close.ToDecimal(), value.Final))
                .Select(value => $"{address.Port}: {value}; told {told.GetValueOrDefault(InstantText.Write(value.OpenTime))}")];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(address, stop.Token);
                Visits++;
                await ListenAsync(socket);
            }
            catch (WebSocketException)
            {
                // Nobody there, not ready, or gone: it comes back.
            }
            await Task.Delay(Pause, TimeProvider.System, stop.Token);
        }
    }

    private async Task ListenAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var live = false;
        snapshot.Clear();
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult read;
            do
            {
                read = await socket.ReceiveAsync(buffer.AsMemory(length), stop.Token);
                length += read.Count;
            }
            while (!read.EndOfMessage);
            if (read.MessageType == WebSocketMessageType.Close)
                return;
            using var message = JsonDocument.Parse(buffer.AsMemory(0, length));
            live |= Take(message.RootElement, live);
            if (live && rest > TimeSpan.Zero)
                await Task.Delay(rest, TimeProvider.System, stop.Token);
        }
    }

    /// <returns>Whether it was the mark, after which everything is live.</returns>
    private bool Take(JsonElement message, bool live)
    {
        lock (gate)
        {
            if (message.TryGetProperty("type", out var type))
            {
                if (type.GetString() == "removed")
                    told.Remove(message.GetProperty("time").GetString()!);
                if (type.GetString() == "mark")
                    ForgetWhatIsGone();
                return type.GetString() == "mark";
            }
            var time = message.GetProperty("time").GetString()!;
            if (!live)
                snapshot.Add(time);
            var value = new Told(
                message.GetProperty("main_line").GetDouble(), message.GetProperty("signal_line").GetDouble(),
                message.GetProperty("histogram").GetDouble(), message.GetProperty("close").GetDecimal(), message.GetProperty("final").GetBoolean());
            if (live && told.TryGetValue(time, out var before) && before == value)
                repeated.Add($"{time}: {value}");
            if (live && value.Final)
                LiveFinals++;
            told[time] = value;
            return false;
        }
    }

    /// <summary>What was withdrawn while nobody listened is not in the snapshot: from its first value on it is the whole truth.</summary>
    private void ForgetWhatIsGone()
    {
        if (snapshot.Min is not { } first)
            return;
        foreach (var gone in told.Keys.Where(time => string.CompareOrdinal(time, first) >= 0 && !snapshot.Contains(time)).ToList())
            told.Remove(gone);
    }

    private readonly record struct Told(double Main, double Signal, double Histogram, decimal Close, bool Final);
}
