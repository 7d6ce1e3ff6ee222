using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace StockPipeline.TasksTests.Support;

/// <summary>A tab of somebody who asks for tasks: one live socket, which comes back at the other gateway when it is lost.</summary>
internal sealed class LiveTab : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, bool> ended = new();
    private readonly ConcurrentQueue<string> twice = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Task reading;

    public LiveTab(int[] ports) => reading = Task.Run(() => ReadAsync(ports));

    /// <summary>Tasks whose end was said.</summary>
    public IReadOnlySet<string> Ended => ended.Keys.ToHashSet();

    /// <summary>Tasks whose end was said twice over one connection.</summary>
    public IReadOnlyCollection<string> SaidTwice => twice;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task ReadAsync(int[] ports)
    {
        for (var tries = 0; !stop.IsCancellationRequested; tries++)
        {
            try
            {
                await FollowAsync(ports[tries % ports.Length]);
            }
            catch (Exception lost) when (lost is WebSocketException or HttpRequestException or IOException)
            {
                // The gateway is gone, or is not there yet: the other one is tried.
            }
            await Task.Delay(Pause, TimeProvider.System, stop.Token);
        }
    }

    private async Task FollowAsync(int port)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/api/live"), stop.Token);
        var hello = """{"op":"subscribe","subs":[{"sub":1,"stream":"tasks","last":200}]}"""u8.ToArray();
        await socket.SendAsync(hello, WebSocketMessageType.Text, true, stop.Token);
        var said = new HashSet<string>();
        var buffer = new byte[16_384];
        while (true)
        {
            using var message = new MemoryStream();
            WebSocketReceiveResult read;
            do
            {
                read = await socket.ReceiveAsync(buffer, stop.Token);
                if (read.MessageType == WebSocketMessageType.Close)
                    return;
                message.Write(buffer, 0, read.Count);
            }
            while (!read.EndOfMessage);
            using var document = JsonDocument.Parse(Encoding.UTF8.GetString(message.ToArray()));
            var root = document.RootElement;
            foreach (var one in root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().ToArray() : [root])
                Take(one, said);
        }
    }

    private void Take(JsonElement one, HashSet<string> said)
    {
        if (!one.TryGetProperty("type", out var type) || type.GetString() != "task")
            return;
        var task = one.GetProperty("task");
        var id = task.GetProperty("id").GetString()!;
        if (task.GetProperty("state").GetString() is not ("succeeded" or "failed" or "cancelled"))
            return;
        if (!said.Add(id))
            twice.Enqueue(id);
        ended[id] = true;
    }
}
