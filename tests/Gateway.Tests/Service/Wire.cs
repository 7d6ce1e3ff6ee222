using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Service;

/// <summary>A live socket as a program opens it, and what has come over it.</summary>
internal sealed class Wire : IDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly Queue<JsonElement> waiting = new();

    public int? Closed => socket.CloseStatus is { } status ? (int)status : null;

    public static async Task<Wire> OpenAsync(int port, string? origin = null, string? token = null)
    {
        var wire = new Wire();
        if (origin is not null)
            wire.socket.Options.SetRequestHeader("Origin", origin);
        if (token is not null)
            wire.socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await wire.socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/api/live"), default).WaitAsync(Eventually.Patience);
        return wire;
    }

    public Task SayAsync(string text, WebSocketMessageType type = WebSocketMessageType.Text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), type, true, default);

    /// <summary>The next object; nothing once the other side has closed.</summary>
    public async Task<JsonElement?> NextAsync()
    {
        while (waiting.Count == 0)
        {
            using var message = new MemoryStream();
            var buffer = new byte[16_384];
            WebSocketReceiveResult read;
            do
            {
                read = await socket.ReceiveAsync(buffer, default).WaitAsync(Eventually.Patience);
                if (read.MessageType == WebSocketMessageType.Close)
                    return null;
                message.Write(buffer, 0, read.Count);
            }
            while (!read.EndOfMessage);
            using var document = JsonDocument.Parse(message.ToArray());
            if (document.RootElement.ValueKind == JsonValueKind.Array)
            {
                foreach (var one in document.RootElement.EnumerateArray())
                    waiting.Enqueue(one.Clone());
            }
            else
            {
                waiting.Enqueue(document.RootElement.Clone());
            }
        }
        return waiting.Dequeue();
    }

    /// <summary>Everything up to the first that is looked for, and that.</summary>
    public async Task<List<JsonElement>> UntilAsync(Func<JsonElement, bool> isIt)
    {
        var seen = new List<JsonElement>();
        while (await NextAsync() is { } next)
        {
            seen.Add(next);
            if (isIt(next))
                return seen;
        }
        throw new InvalidOperationException($"Closed with {Closed} after {seen.Count} objects.");
    }

    public static string? TypeOf(JsonElement one) => one.TryGetProperty("type", out var type) ? type.GetString() : null;

    /// <summary>The id of the task that a frame is about.</summary>
    public static string? TaskOf(JsonElement one) => TypeOf(one) == "task" ? one.GetProperty("task").GetProperty("id").GetString() : null;

    /// <summary>It says that the task has succeeded.</summary>
    public static bool IsEnd(JsonElement one, string id) =>
        TaskOf(one) == id && one.GetProperty("task").GetProperty("state").GetString() == "succeeded";

    public void Dispose() => socket.Dispose();
}
