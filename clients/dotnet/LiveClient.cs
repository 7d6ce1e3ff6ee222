using System.Net.WebSockets;
using System.Text.Json;

namespace StockPipeline.Live;

/// <summary>
/// One connection for any number of series. It comes back by itself after a loss, with pauses that grow and differ, and goes on where it was:
/// the gateway sends what has changed since. Subscribe before or while it runs, from any thread.
/// </summary>
/// <param name="address">Such as ws://127.0.0.1:8080/api/live.</param>
/// <param name="token">Of a program, where there are accounts.</param>
/// <param name="clock">Measures the pauses.</param>
public sealed class LiveClient(Uri address, string? token = null, TimeProvider? clock = null) : IDisposable
{
    private const int MaxMessage = 64 << 20;
    private const int PieceBytes = 64 << 10;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Codes after which another try ends in the same way.</summary>
    private static readonly int[] FinalCodes = [4003, 4004, 4005];

    private readonly TimeProvider time = clock ?? TimeProvider.System;
    private readonly Lock gate = new();
    private readonly Dictionary<int, Subscription> subscriptions = [];
    private readonly SemaphoreSlim sending = new(1);
    private ClientWebSocket? socket;
    private int lastNumber;

    /// <summary>The socket is open.</summary>
    public bool IsConnected => socket?.State == WebSocketState.Open;

    /// <returns>Ends the subscription when it is disposed of.</returns>
    public async Task<IAsyncDisposable> SubscribeAsync(LiveRequest request, ILiveHandler handler, CancellationToken cancellationToken)
    {
        Subscription added;
        ClientWebSocket? open;
        lock (gate)
        {
            added = new Subscription(this, ++lastNumber, request, handler);
            subscriptions.Add(added.Number, added);
            open = socket;
        }
        // A connection that opens after this says it with all others.
        if (open is not null)
            await SayAsync(open, [added], cancellationToken);
        return added;
    }

    /// <summary>Connects, listens, and connects again, until stop is asked for.</summary>
    /// <exception cref="LiveClosedException">Connecting again does not help.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = TimeSpan.Zero;
        while (true)
        {
            if (await ListenAsync(cancellationToken))
                pause = TimeSpan.Zero;
            pause = pause == TimeSpan.Zero ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            // Everybody was sent away at once: everybody comes back at a time of their own.
            await Task.Delay((FirstPause / 2) + (pause * Random.Shared.NextDouble()), time, cancellationToken);
        }
    }

    /// <summary>Once <see cref="RunAsync"/> has ended.</summary>
    public void Dispose() => sending.Dispose();

    /// <returns>Whether anything was heard.</returns>
    private async Task<bool> ListenAsync(CancellationToken cancellationToken)
    {
        using var made = new ClientWebSocket();
        if (token is not null)
            made.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        var heard = false;
        try
        {
            await made.ConnectAsync(address, cancellationToken);
            Subscription[] all;
            lock (gate)
            {
                socket = made;
                all = [.. subscriptions.Values];
            }
            foreach (var subscription in all)
                subscription.Begin();
            await SayAsync(made, all, cancellationToken);
            while (await ReadAsync(made, cancellationToken) is { } message)
            {
                heard = true;
                Take(message);
            }
        }
        catch (Exception lost) when (lost is WebSocketException or IOException or HttpRequestException)
        {
            // The next try tells whether it is back.
        }
        finally
        {
            lock (gate)
                socket = null;
        }
        if (made.CloseStatus is { } code && FinalCodes.Contains((int)code))
            throw new LiveClosedException((int)code, made.CloseStatusDescription ?? "");
        return heard;
    }

    private Task SayAsync(ClientWebSocket open, IReadOnlyCollection<Subscription> wanted, CancellationToken cancellationToken) =>
        SendAsync(open, () =>
        {
            // Who has ended a subscription meanwhile must not find it begun by a word that comes after the one that ends it.
            lock (gate)
                wanted = [.. wanted.Where(one => subscriptions.ContainsKey(one.Number))];
            return wanted.Count == 0 ? null : $"{{\"op\":\"subscribe\",\"subs\":[{string.Join(',', wanted.Select(one => one.Wish))}]}}";
        }, cancellationToken);

    /// <summary>Sends one text after the other; what is sent is asked for when its turn has come.</summary>
    private async Task SendAsync(ClientWebSocket open, Func<string?> text, CancellationToken cancellationToken)
    {
        await sending.WaitAsync(cancellationToken);
        try
        {
            if (open.State == WebSocketState.Open && text() is { } said)
                await open.SendAsync(System.Text.Encoding.UTF8.GetBytes(said), WebSocketMessageType.Text, true, cancellationToken);
        }
        catch (Exception lost) when (lost is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            // All of it is said again once the connection is back.
        }
        finally
        {
            sending.Release();
        }
    }

    private static async Task<JsonDocument?> ReadAsync(ClientWebSocket from, CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var piece = new byte[PieceBytes];
        while (true)
        {
            var read = await from.ReceiveAsync(piece, cancellationToken);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                if (from.State == WebSocketState.CloseReceived)
                    await from.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                return null;
            }
            message.Write(piece, 0, read.Count);
            if (message.Length > MaxMessage)
                throw new IOException($"A message is longer than {MaxMessage} bytes.");
            if (read.EndOfMessage)
                return JsonDocument.Parse(message.GetBuffer().AsMemory(0, (int)message.Length));
        }
    }

    private void Take(JsonDocument message)
    {
        using (message)
        {
            if (message.RootElement.ValueKind == JsonValueKind.Array)
            {
                foreach (var one in message.RootElement.EnumerateArray())
                    Take(one);
            }
            else
            {
                Take(message.RootElement);
            }
        }
    }

    private void Take(JsonElement one)
    {
        if (one.TryGetProperty("sub", out var number) && Find(number.GetInt32()) is { } subscription)
        {
            subscription.Take(one.Clone());
        }
        else if (one.TryGetProperty("errors", out var errors))
        {
            foreach (var error in errors.EnumerateArray())
            {
                if (error.GetProperty("sub").ValueKind == JsonValueKind.Number && Find(error.GetProperty("sub").GetInt32()) is { } refused)
                    refused.Refuse(error.GetProperty("code").GetString()!);
            }
        }
    }

    private Subscription? Find(int number)
    {
        lock (gate)
            return subscriptions.GetValueOrDefault(number);
    }

    private sealed class Subscription(LiveClient client, int number, LiveRequest request, ILiveHandler handler) : IAsyncDisposable
    {
        private string? position;
        private bool hasRows;

        public int Number => number;

        public string Wish
        {
            get
            {
                var members = new List<string> { $"\"sub\":{number}", Text("stream", request.Stream), Text("interval", request.Interval) };
                if (request.Figi is { } figi)
                    members.Add(Text("figi", figi));
                if (request.Last is { } last)
                    members.Add($"\"last\":{last}");
                if (position is { } resumed)
                    members.Add(Text("pos", resumed));
                return $"{{{string.Join(',', members)}}}";
            }
        }

        /// <summary>Cut off before its first mark it begins anew: what came of the snapshot may no longer hold.</summary>
        public void Begin()
        {
            if (!hasRows || position is not null)
                return;
            hasRows = false;
            handler.Reset("cut off", null);
        }

        public void Refuse(string code) => handler.Refused(code);

        public void Take(JsonElement one)
        {
            switch (one.TryGetProperty("type", out var type) ? type.GetString() : null)
            {
                case null:
                    hasRows = true;
                    handler.Row(one);
                    break;
                case "task": handler.TaskChanged(one.GetProperty("task")); break;
                case "removed": handler.Removed(one); break;
                case "repair": handler.Repair(one); break;
                case "mark":
                    position = one.GetProperty("pos").GetString();
                    handler.Mark(one);
                    break;
                case "reset":
                    position = null;
                    handler.Reset(one.GetProperty("reason").GetString()!, one.TryGetProperty("figi", out var figi) ? figi.GetString() : null);
                    break;
            }
        }

        public async ValueTask DisposeAsync()
        {
            ClientWebSocket? open;
            lock (client.gate)
            {
                open = client.subscriptions.Remove(number) ? client.socket : null;
            }
            if (open is not null)
                await client.SendAsync(open, () => $"{{\"op\":\"unsubscribe\",\"subs\":[{number}]}}", CancellationToken.None);
        }

        private static string Text(string name, string value) => $"\"{name}\":\"{JsonEncodedText.Encode(value)}\"";
    }
}
