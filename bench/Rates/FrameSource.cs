using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace StockPipeline.Bench.Rates;

/// <summary>An exchange that speaks as Binance's streams do and sends 1,000 numbered trades a second, each with its number for a price.</summary>
internal sealed class FrameSource : IAsyncDisposable
{
    public const int Pairs = 500;

    private const int FramesPerSecond = 1_000;

    /// <summary>Every so many frames one is looked for in the API.</summary>
    private const int ProbeEvery = 37;

    private readonly WebApplication web;
    private readonly ConcurrentDictionary<WebSocket, SemaphoreSlim> sockets = new();
    private readonly Channel<(int Pair, long Sequence, long Sent)> probes = Channel.CreateBounded<(int, long, long)>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private FrameSource(WebApplication web) => this.web = web;

    public string Url { get; private set; } = "";

    public static string BaseOf(int pair) => string.Create(CultureInfo.InvariantCulture, $"coin-{pair:000}");

    public static string StreamOf(int pair) => string.Create(CultureInfo.InvariantCulture, $"c{pair:000}usdt@trade");

    public static async Task<FrameSource> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var web = builder.Build();
        var source = new FrameSource(web);
        web.UseWebSockets();
        web.Run(source.ServeAsync);
        await web.StartAsync();
        var address = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        source.Url = address.Replace("http://", "ws://", StringComparison.Ordinal);
        return source;
    }

    /// <summary>A frame that has just been sent.</summary>
    public ValueTask<(int Pair, long Sequence, long Sent)> NextAsync() => probes.Reader.ReadAsync();

    public async Task SendAsync(CancellationToken stop)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        var (began, sequence) = (TimeProvider.System.GetTimestamp(), 0L);
        while (!stop.IsCancellationRequested)
        {
            var due = (long)(TimeProvider.System.GetElapsedTime(began).TotalSeconds * FramesPerSecond);
            for (; sequence < due; sequence++)
                await SendAsync((int)(sequence % Pairs), sequence + 1);
            await beat.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task SendAsync(int pair, long sequence)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var frame = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $$$"""
            {"stream":"{{{StreamOf(pair)}}}","data":{"e":"trade","E":{{{now}}},"s":"C{{{pair:000}}}USDT","t":{{{sequence}}},"p":"{{{sequence}}}",
            "q":"1","T":{{{now}}},"m":true,"M":true}}
            """));
        var sent = TimeProvider.System.GetTimestamp();
        foreach (var socket in sockets.Keys)
            await SendAsync(socket, frame);
        if (sequence % ProbeEvery == 0 && !sockets.IsEmpty)
            probes.Writer.TryWrite((pair, sequence, sent));
    }

    private async Task SendAsync(WebSocket socket, byte[] frame)
    {
        if (!sockets.TryGetValue(socket, out var gate))
            return;
        await gate.WaitAsync();
        try
        {
            await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            sockets.TryRemove(socket, out _);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task ServeAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            var symbols = Enumerable.Range(0, Pairs).Select(pair => $$"""{"symbol":"C{{pair:000}}USDT","status":"TRADING"}""");
            await http.Response.WriteAsync($$"""{"symbols":[{{string.Join(',', symbols)}}]}""");
            return;
        }
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        sockets[socket] = new SemaphoreSlim(1);
        var buffer = new byte[64 * 1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), http.RequestAborted)).MessageType != WebSocketMessageType.Close)
                await SendAsync(socket, """{"result":null,"id":1}"""u8.ToArray());
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // The collector is gone.
        }
        sockets.TryRemove(socket, out _);
    }
}
