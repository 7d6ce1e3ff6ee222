using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using StockPipeline.Bench.Latency;
using StockPipeline.Bench.Measure;
using StockPipeline.Bench.Websocket;

namespace StockPipeline.Bench.Gateway;

/// <summary>What many clients heard in one stretch.</summary>
/// <param name="Seconds">How long they listened.</param>
/// <param name="Rows">Rows of charts.</param>
/// <param name="P50">Candle produced to its row received, in milliseconds.</param>
/// <param name="P99">The same.</param>
/// <param name="BoardRows">Rows of boards.</param>
/// <param name="BoardP99">Candle produced to its row of a board received, in milliseconds.</param>
/// <param name="Bytes">Received.</param>
internal sealed record GatewayHeard(double Seconds, long Rows, double P50, double P99, long BoardRows, double BoardP99, long Bytes);

/// <summary>How the clients came in.</summary>
/// <param name="Seconds">From the first connection to the last mark.</param>
internal sealed record GatewayConnected(double Seconds);

/// <summary>The answers of the parts, as lines.</summary>
[JsonSerializable(typeof(GatewayHeard))]
[JsonSerializable(typeof(GatewayConnected))]
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed partial class GatewayJson : JsonSerializerContext;

/// <summary>
/// Many clients of the gateway's socket, or of the hub it is measured beside, in a process of their own on one thread. The close of every candle is
/// the instant it was produced at, so that rows say how old they are. An order is the number of seconds to listen. Of very many clients every tenth
/// is read; the others have only their bytes counted and thrown away where they lie, so that the clients cost less than what they measure. How many
/// rows all of them got is told by the bytes.
/// </summary>
internal sealed class GatewayClients : IDisposable
{
    public const string Part = "gateway-clients";
    public const string Ours = "ours";
    public const string Hub = "hub";

    private const int ReceiveBytes = 256 << 10;
    private const int StuckBuffer = 8 << 10;
    private const byte Ping = 9;

    /// <summary>More clients than these are not all read.</summary>
    private const int ReadByAll = 2_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private static readonly byte[] Pong = [0x8a, 0x80, 0, 0, 0, 0];

    private readonly Epoll epoll = new();
    private readonly List<Socket> sockets = [];
    private readonly List<int> handles = [];
    private readonly byte[][] rests;
    private readonly int[] marks;
    private readonly int port;
    private readonly bool isHub;
    private byte[] buffer = new byte[4 * ReceiveBytes];
    private LatencyHistogram rows = new();
    private LatencyHistogram boards = new();
    private readonly int sample;
    private long bytesHeard;
    private long bytesRead;
    private int marked;

    private GatewayClients(int port, bool isHub, int clients)
    {
        (this.port, this.isHub) = (port, isHub);
        rests = new byte[clients][];
        Array.Fill(rests, []);
        marks = new int[clients];
        sample = clients > ReadByAll ? 10 : 1;
    }

    public static int Run(string how, int port, int count, int boardEvery, int stuck)
    {
        using var clients = new GatewayClients(port, how == Hub, count);
        var began = TimeProvider.System.GetTimestamp();
        for (var index = 0; index < count; index++)
            clients.Connect(index, boardEvery > 0 && index % boardEvery == 0);
        for (var index = 0; index < stuck; index++)
            clients.Open(StuckBuffer, true, index);
        while (!clients.isHub && clients.marked < count)
            clients.Round(Pause);
        Say(new GatewayConnected(TimeProvider.System.GetElapsedTime(began).TotalSeconds), GatewayJson.Default.GatewayConnected);
        while (Console.ReadLine() is { } seconds)
            Say(clients.Listen(double.Parse(seconds, CultureInfo.InvariantCulture)), GatewayJson.Default.GatewayHeard);
        return 0;
    }

    public void Dispose()
    {
        epoll.Dispose();
        sockets.ForEach(socket => socket.Dispose());
    }

    private static void Say<T>(T answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> kind) =>
        Console.WriteLine(JsonSerializer.Serialize(answer, kind));

    private void Connect(int index, bool hasBoard)
    {
        var handle = (int)Open(null, hasBoard, index).Handle;
        handles.Add(handle);
        epoll.Watch(handle, index);
        // While more come in, those that are there already read.
        if (index % 64 == 0)
            Round(TimeSpan.Zero);
    }

    private Socket Open(int? receiveBuffer, bool hasBoard, int index)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        sockets.Add(socket);
        if (receiveBuffer is { } room)
            socket.ReceiveBufferSize = room;
        socket.Connect(IPAddress.Loopback, port);
        var path = isHub ? "/hub" : "/api/live";
        socket.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        var (answer, length) = (new byte[4096], 0);
        while (answer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            var read = socket.Receive(answer.AsSpan(length));
            if (read == 0)
                throw new InvalidOperationException($"Client {index} was sent away.");
            length += read;
        }
        if (!answer.AsSpan().StartsWith("HTTP/1.1 101"u8))
            throw new InvalidOperationException(Encoding.ASCII.GetString(answer, 0, length));
        var figi = SmallPipeline.FigiOf(Popular(index)).Value;
        if (isHub)
        {
            Send(socket, "{\"protocol\":\"json\",\"version\":1}\u001e");
            Send(socket, $"{{\"type\":1,\"target\":\"Follow\",\"arguments\":[\"{figi}\",{(hasBoard ? "true" : "false")}]}}\u001e");
            return socket;
        }
        var board = hasBoard ? ",{\"sub\":3,\"stream\":\"board\",\"interval\":\"1-min\"}" : "";
        var series = $"\"figi\":\"{figi}\",\"interval\":\"1-min\",\"last\":200";
        Send(socket, $"{{\"id\":1,\"op\":\"subscribe\",\"subs\":[{{\"sub\":1,\"stream\":\"candles\",{series}}},"
            + $"{{\"sub\":2,\"stream\":\"macd\",{series}}}{board}]}}");
        return socket;
    }

    /// <summary>Some instruments are looked at by many, most by few (Zipf).</summary>
    private static int Popular(int index)
    {
        var random = new Random(index);
        return (int)(Math.Pow(GatewaySuite.Instruments, random.NextDouble()) - 1);
    }

    /// <summary>Masked with nothing, as the protocol allows.</summary>
    private static void Send(Socket socket, string text)
    {
        var payload = Encoding.ASCII.GetBytes(text);
        var frame = new byte[payload.Length + 8];
        (frame[0], frame[1]) = (0x81, (byte)(0x80 | 126));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        payload.CopyTo(frame, 8);
        socket.Send(frame);
    }

    private GatewayHeard Listen(double seconds)
    {
        (rows, boards, bytesHeard, bytesRead) = (new LatencyHistogram(), new LatencyHistogram(), 0, 0);
        // Who is not read sees no ping: it says once in each stretch that it is there.
        for (var client = 0; client < handles.Count && sample > 1; client++)
            sockets[client].Send(Pong);
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began).TotalSeconds < seconds)
            Round(Pause);
        var scale = bytesRead == 0 ? 1 : (double)bytesHeard / bytesRead;
        return new GatewayHeard(seconds, (long)(rows.Count * scale), rows.Percentile(50), rows.Percentile(99), (long)(boards.Count * scale),
            boards.Percentile(99), bytesHeard);
    }

    private void Round(TimeSpan pause)
    {
        var ready = epoll.Wait(pause);
        for (var number = 0; number < ready; number++)
            Take(epoll.Index(number));
    }

    private void Take(int client)
    {
        // Whatever it is, everybody is read up to the mark of its snapshot.
        if (client % sample != 0 && (isHub || marks[client] == 2))
        {
            var dropped = Epoll.Drop(handles[client], buffer.AsSpan(0, ReceiveBytes));
            if (dropped <= 0)
                throw new InvalidOperationException($"Client {client} was sent away.");
            bytesHeard += dropped;
            return;
        }
        var rest = rests[client];
        if (buffer.Length < rest.Length + ReceiveBytes)
            buffer = new byte[2 * (rest.Length + ReceiveBytes)];
        rest.CopyTo(buffer, 0);
        var received = Epoll.Receive(handles[client], buffer.AsSpan(rest.Length, ReceiveBytes));
        if (received <= 0)
            throw new InvalidOperationException($"Client {client} was sent away.");
        bytesHeard += received;
        bytesRead += received;
        var now = GatewayLoad.Stamp();
        var bytes = buffer.AsSpan(0, rest.Length + received);
        while (TryReadFrame(ref bytes, out var opcode, out var payload))
        {
            if (opcode == Ping)
                sockets[client].Send(Pong);
            else
                Hear(client, payload, now);
        }
        rests[client] = bytes.Length == 0 ? [] : bytes.ToArray();
    }

    private static bool TryReadFrame(ref Span<byte> bytes, out byte opcode, out ReadOnlySpan<byte> payload)
    {
        opcode = 0;
        payload = default;
        if (bytes.Length < 2)
            return false;
        var header = bytes[1] switch { < 126 => 2, 126 => 4, _ => 10 };
        if (bytes.Length < header)
            return false;
        var length = header switch
        {
            2 => bytes[1], 4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), _ => (long)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
        };
        if (bytes.Length < header + length)
            return false;
        opcode = (byte)(bytes[0] & 0x0f);
        payload = bytes.Slice(header, (int)length);
        bytes = bytes[(header + (int)length)..];
        return true;
    }

    private void Hear(int client, ReadOnlySpan<byte> payload, long now)
    {
        if (payload.IndexOf("\"rows\":[["u8) >= 0 || payload.IndexOf("\"board\""u8) >= 0)
        {
            Note(boards, payload, "\",", now, isBoard: true);
            return;
        }
        if (marks[client] < 2)
        {
            for (var at = payload; at.IndexOf("\"mark\""u8) is >= 0 and var found; at = at[(found + 6)..])
            {
                if (++marks[client] == 2)
                    marked++;
            }
        }
        Note(rows, payload, "\"close\":", now, isBoard: false);
    }

    /// <summary>Every number after the mark in a row of charts; on boards the one after the name that begins a row.</summary>
    private static void Note(LatencyHistogram into, ReadOnlySpan<byte> payload, string mark, long now, bool isBoard)
    {
        Span<byte> wanted = stackalloc byte[mark.Length];
        Encoding.ASCII.GetBytes(mark, wanted);
        while (true)
        {
            if (isBoard)
            {
                var row = payload.IndexOf("[\""u8);
                if (row < 0)
                    return;
                payload = payload[(row + 2)..];
            }
            var at = payload.IndexOf(wanted);
            if (at < 0)
                return;
            payload = payload[(at + wanted.Length)..];
            var (stamp, digits) = (0L, 0);
            for (; digits < payload.Length && payload[digits] is >= (byte)'0' and <= (byte)'9'; digits++)
                stamp = (stamp * 10) + (payload[digits] - '0');
            // Candles of before have small prices.
            if (digits > 0 && stamp >= 1_000)
                into.Add(TimeSpan.FromMicroseconds((now - stamp + GatewayLoad.Cycle) % GatewayLoad.Cycle));
        }
    }
}
