using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using StockPipeline.Bench.Measure;
using StockPipeline.Bench.Websocket;

namespace StockPipeline.Bench.Rates;

/// <summary>What a client that keeps a rate has seen.</summary>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="P50">From the instant a request was due to its answer, in milliseconds.</param>
/// <param name="P99">The same.</param>
/// <param name="Failures">Answers that were none, and requests that were not answered.</param>
internal sealed record PacedLoad(double PerSecond, double P50, double P99, long Failures);

/// <summary>The answers of the part, as lines.</summary>
[JsonSerializable(typeof(PacedLoad))]
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed partial class PacedJson : JsonSerializerContext;

/// <summary>
/// Asks over many connections at a rate that it keeps whether answers come or not, in a process of its own on one thread. A request that is due
/// while its connection still waits for an answer is late from then on: what it waited counts, as it does for whoever asked.
/// </summary>
internal sealed partial class PacedClient : IDisposable
{
    public const string Part = "rates-paced-client";

    private const int LongestAnswer = 16 << 10;

    /// <summary>In microseconds; requests that are due meanwhile go together.</summary>
    private const uint Pause = 50;

    /// <summary>What is not answered this long after the last request was due has failed.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Epoll epoll = new();
    private readonly List<Connection> connections = [];
    private readonly byte[] request;
    private LatencyHistogram latencies = new();
    private long failures;
    private long waiting;

    private PacedClient(int port, string path) =>
        request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");

    public static int Run(int port, string path, int count)
    {
        using var client = new PacedClient(port, path);
        for (var index = 0; index < count; index++)
            client.Connect(port, index);
        Console.WriteLine("connected");
        while (Console.ReadLine()?.Split(' ') is [var perSecond, var seconds])
        {
            var load = client.Ask(double.Parse(perSecond, CultureInfo.InvariantCulture), double.Parse(seconds, CultureInfo.InvariantCulture));
            Console.WriteLine(JsonSerializer.Serialize(load, PacedJson.Default.PacedLoad));
        }
        return 0;
    }

    public void Dispose()
    {
        epoll.Dispose();
        connections.ForEach(connection => connection.Socket.Dispose());
    }

    private static long Now => TimeProvider.System.GetTimestamp();

    private void Connect(int port, int index)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        connections.Add(new Connection(socket));
        epoll.Watch((int)socket.Handle, index);
    }

    private PacedLoad Ask(double perSecond, double seconds)
    {
        (latencies, failures) = (new LatencyHistogram(), 0);
        var (began, frequency) = (Now, (double)TimeProvider.System.TimestampFrequency);
        var all = (long)(perSecond * seconds);
        var end = began + (long)((seconds + Grace.TotalSeconds) * frequency);
        for (var (next, now) = (0L, began); (next < all || waiting > 0) && now < end; now = Now)
        {
            var due = Math.Min(all, (long)((now - began) / frequency * perSecond) + 1);
            for (; next < due; next++)
                Due(connections[(int)(next % connections.Count)], began + (long)(next / perSecond * frequency));
            var ready = epoll.Wait(TimeSpan.Zero);
            for (var number = 0; number < ready; number++)
                Take(connections[epoll.Index(number)]);
            if (ready == 0)
                Sleep(Pause);
        }
        failures += waiting;
        return new PacedLoad(latencies.Count / seconds, latencies.Percentile(50), latencies.Percentile(99), failures);
    }

    private void Due(Connection connection, long at)
    {
        waiting++;
        connection.Due.Enqueue(at);
        if (connection.Due.Count == 1)
            Send(connection);
    }

    private void Send(Connection connection)
    {
        // It is small and the only one on its way: a socket that does not take it whole is broken.
        if (Epoll.Send((int)connection.Socket.Handle, request) != request.Length)
            throw new InvalidOperationException("A connection takes no request.");
    }

    private void Take(Connection connection)
    {
        var received = Epoll.Receive((int)connection.Socket.Handle, connection.Bytes.AsSpan(connection.Length));
        if (received <= 0)
            throw new InvalidOperationException("A connection has been closed.");
        connection.Length += received;
        if (!IsWhole(connection.Bytes.AsSpan(0, connection.Length), out var isRight))
            return;
        connection.Length = 0;
        waiting--;
        latencies.Add(TimeProvider.System.GetElapsedTime(connection.Due.Dequeue()));
        if (!isRight)
            failures++;
        if (connection.Due.Count > 0)
            Send(connection);
    }

    private static bool IsWhole(ReadOnlySpan<byte> bytes, out bool isRight)
    {
        isRight = bytes.StartsWith("HTTP/1.1 200"u8);
        var body = bytes.IndexOf("\r\n\r\n"u8);
        if (body < 0)
            return false;
        var at = bytes.IndexOf("Content-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(bytes[(at + 16)..], out int length, out _)
            ? bytes.Length >= body + 4 + length
            : throw new InvalidOperationException("An answer does not say how long it is.");
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Sleep(uint microseconds);

    /// <summary>One connection, and when the requests were due that it still owes answers to.</summary>
    private sealed class Connection(Socket socket)
    {
        public Socket Socket { get; } = socket;

        public Queue<long> Due { get; } = new();

        public byte[] Bytes { get; } = new byte[LongestAnswer];

        public int Length { get; set; }
    }
}
