using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace StockPipeline.InteropTests.Support;

/// <summary>
/// Stands between clients and a broker and loses answers to Produce together with the connection: the broker has the records, and the client
/// cannot know. In what the broker answers it puts its own port in the place of the broker's, so that clients stay with it.
/// </summary>
internal sealed class LossyWire : IAsyncDisposable
{
    private const short Produce = 0;
    private const int MaxFrame = 1 << 20;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<Task> connections = [];
    private readonly IPEndPoint broker;
    private readonly int every;
    private readonly byte[] brokerAddress;
    private readonly byte[] ownAddress;
    private readonly Task accepting;
    private int produced;
    private int lost;

    /// <param name="brokerServers">Where the broker is.</param>
    /// <param name="every">One of so many answers to Produce is lost.</param>
    public LossyWire(string brokerServers, int every)
    {
        broker = IPEndPoint.Parse(brokerServers);
        this.every = every;
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        brokerAddress = Address(broker.Port);
        ownAddress = Address(port);
        BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        accepting = AcceptAsync();
    }

    public string BootstrapServers { get; }

    /// <summary>Answers that were lost.</summary>
    public int Lost => lost;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(connections);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var ours = client;
        using var theirs = new TcpClient();
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var doomed = new ConcurrentDictionary<int, bool>();
        await theirs.ConnectAsync(broker);
        Task[] directions = [RequestsAsync(), AnswersAsync()];
        // Whichever direction ends first ends the other; how does not matter, for the client sees its connection end.
        await Task.WhenAny(directions);
        await cut.CancelAsync();
        foreach (var direction in directions)
            await direction.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        async Task RequestsAsync()
        {
            while (await ReadFrameAsync(ours, cut.Token) is { } frame)
            {
                var correlation = BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(8));
                if (BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(4)) == Produce && Interlocked.Increment(ref produced) % every == 0)
                    doomed[correlation] = true;
                await theirs.GetStream().WriteAsync(frame, cut.Token);
            }
        }

        async Task AnswersAsync()
        {
            while (await ReadFrameAsync(theirs, cut.Token) is { } frame)
            {
                if (doomed.ContainsKey(BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(4))))
                {
                    Interlocked.Increment(ref lost);
                    return;
                }
                for (var at = frame.AsSpan().IndexOf(brokerAddress); at >= 0; at = frame.AsSpan().IndexOf(brokerAddress))
                    ownAddress.CopyTo(frame, at);
                await ours.GetStream().WriteAsync(frame, cut.Token);
            }
        }
    }

    /// <summary>A whole frame with its length in front; null where the connection is over.</summary>
    private static async Task<byte[]?> ReadFrameAsync(TcpClient from, CancellationToken cancel)
    {
        var length = new byte[sizeof(int)];
        if (await from.GetStream().ReadAtLeastAsync(length, length.Length, throwOnEndOfStream: false, cancel) < length.Length)
            return null;
        var size = BinaryPrimitives.ReadInt32BigEndian(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaxFrame);
        var frame = new byte[sizeof(int) + size];
        length.CopyTo(frame, 0);
        await from.GetStream().ReadExactlyAsync(frame.AsMemory(sizeof(int)), cancel);
        return frame;
    }

    /// <summary>How the protocol writes host and port, one behind the other.</summary>
    private static byte[] Address(int port)
    {
        var bytes = new byte["127.0.0.1"u8.Length + sizeof(int)];
        "127.0.0.1"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan("127.0.0.1"u8.Length), port);
        return bytes;
    }
}
