using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Websocket;

/// <summary>
/// Many websocket clients in a process of their own, on one thread. An order is the number of seconds to listen; some clients besides never
/// read anything.
/// </summary>
internal sealed class FanoutClients : IDisposable
{
    public const string Part = "fanout-clients";

    /// <summary>Up to this many messages in a stretch it is also noted when the last client had each.</summary>
    private const int FollowedMessages = 5_000;
    private const int ReceiveBytes = 256 << 10;
    private const byte Ping = 9;

    /// <summary>Without a payload, masked with nothing.</summary>
    private static readonly byte[] Pong = [0x8a, 0x80, 0, 0, 0, 0];

    private readonly Epoll epoll = new();
    private readonly List<Socket> sockets = [];
    private readonly List<int> handles = [];
    private readonly byte[][] rests;
    private readonly byte[] buffer = new byte[2 * ReceiveBytes];
    private readonly Dictionary<long, (int Clients, long Last)> messages = [];
    private LatencyHistogram latencies = new();
    private long first;
    private long last;

    private FanoutClients(int clients)
    {
        rests = new byte[clients][];
        Array.Fill(rests, []);
    }

    public static int Run(int port, int count, int stuck)
    {
        using var clients = new FanoutClients(count);
        for (var index = 0; index < count; index++)
        {
            var handle = (int)clients.Connect(port, receiveBuffer: null).Handle;
            clients.handles.Add(handle);
            clients.epoll.Watch(handle, index);
        }
        for (var index = 0; index < stuck; index++)
            clients.Connect(port, receiveBuffer: 8 << 10);
        Console.WriteLine("connected");
        while (Console.ReadLine() is { } seconds)
        {
            clients.Listen(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
            Console.WriteLine(JsonSerializer.Serialize(clients.Heard(), FanoutJson.Default.HeardStretch));
        }
        return 0;
    }

    public void Dispose()
    {
        epoll.Dispose();
        sockets.ForEach(socket => socket.Dispose());
    }

    private Socket Connect(int port, int? receiveBuffer)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        sockets.Add(socket);
        if (receiveBuffer is { } bytes)
            socket.ReceiveBufferSize = bytes;
        socket.Connect(IPAddress.Loopback, port);
        socket.Send(Encoding.ASCII.GetBytes($"GET /?last=0 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        var (answer, length) = (new byte[4096], 0);
        while (answer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
            length += socket.Receive(answer.AsSpan(length));
        if (!answer.AsSpan().StartsWith("HTTP/1.1 101"u8))
            throw new InvalidOperationException(Encoding.ASCII.GetString(answer, 0, length));
        return socket;
    }

    private void Listen(TimeSpan length)
    {
        messages.Clear();
        latencies = new LatencyHistogram();
        (first, last) = (0, 0);
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < length)
        {
            // Never asleep: waking somebody up is paid by who sends, and would be charged to the server, who sends to other machines in life.
            var ready = epoll.Wait(TimeSpan.Zero);
            for (var number = 0; number < ready; number++)
                Take(epoll.Index(number));
        }
    }

    private void Take(int client)
    {
        var rest = rests[client];
        rest.CopyTo(buffer, 0);
        var received = Epoll.Receive(handles[client], buffer.AsSpan(rest.Length, ReceiveBytes));
        if (received <= 0)
            throw new InvalidOperationException($"Client {client} was sent away.");
        var now = TimeProvider.System.GetTimestamp();
        var bytes = buffer.AsSpan(0, rest.Length + received);
        while (TryReadFrame(ref bytes, out var opcode, out var published))
        {
            if (opcode == Ping)
                sockets[client].Send(Pong);
            else if (published > 0)
                Note(published, now);
        }
        rests[client] = bytes.Length == 0 ? [] : bytes.ToArray();
    }

    private void Note(long published, long now)
    {
        first = first == 0 ? now : first;
        last = now;
        latencies.Add(TimeProvider.System.GetElapsedTime(published, now));
        if (messages.Count >= FollowedMessages)
            return;
        ref var message = ref CollectionsMarshal.GetValueRefOrAddDefault(messages, published, out _);
        message = (message.Clients + 1, now);
    }

    /// <summary>Takes one whole frame off the bytes; the instant stands at the end of its text: <c>…,"epoch":1234}</c>.</summary>
    private static bool TryReadFrame(ref Span<byte> bytes, out byte opcode, out long published)
    {
        (opcode, published) = (0, 0);
        if (bytes.Length < 2 || (bytes[1] == 126 && bytes.Length < 4))
            return false;
        var (header, length) = bytes[1] < 126 ? (2, bytes[1]) : (4, (bytes[2] << 8) | bytes[3]);
        if (bytes.Length < header + length)
            return false;
        opcode = (byte)(bytes[0] & 0x0f);
        var scale = 1L;
        for (var at = header + length - 2; at > header && bytes[at] is >= (byte)'0' and <= (byte)'9'; at--, scale *= 10)
            published += (bytes[at] - '0') * scale;
        bytes = bytes[(header + length)..];
        return true;
    }

    private HeardStretch Heard()
    {
        var lasts = new LatencyHistogram();
        foreach (var (published, message) in messages.Where(one => one.Value.Clients == handles.Count))
            lasts.Add(TimeProvider.System.GetElapsedTime(published, message.Last));
        return new HeardStretch(latencies.Count, TimeProvider.System.GetElapsedTime(first, last).TotalSeconds, latencies.Percentile(50),
            latencies.Percentile(99), lasts.Percentile(50), lasts.Percentile(99));
    }
}
