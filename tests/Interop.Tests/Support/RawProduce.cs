using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text;

namespace StockPipeline.InteropTests.Support;

/// <summary>A produce request byte by byte: it can say what no client would.</summary>
internal static class RawProduce
{
    private const short Produce = 0;
    private const int HeaderSize = 61;

    /// <summary>Sends one batch to partition 0 and gives the error code of the answer.</summary>
    /// <param name="bootstrapServers">The broker, as address and port.</param>
    /// <param name="topic">Where to.</param>
    /// <param name="codec">What the batch says it is compressed with.</param>
    /// <param name="body">What stands where the records should.</param>
    /// <param name="version">Of the request: 3 to 8 look alike.</param>
    public static async Task<short> SendAsync(string bootstrapServers, string topic, int codec, byte[] body, short version = 7)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPEndPoint.Parse(bootstrapServers));
        await using var stream = tcp.GetStream();
        var request = Request(version, topic, Batch(codec, body));
        await stream.WriteAsync(Number(request.Length, 4));
        await stream.WriteAsync(request);
        var answer = new byte[await ReadAsync(stream, new byte[4]) is var length ? BinaryPrimitives.ReadInt32BigEndian(length) : 0];
        await ReadAsync(stream, answer);
        // Correlation, one topic and its name, one partition and its number stand in front of the error.
        return BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(4 + 4 + 2 + Encoding.UTF8.GetByteCount(topic) + 4 + 4));
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, byte[] into)
    {
        using var patience = new CancellationTokenSource(Desk.Patience, TimeProvider.System);
        await stream.ReadExactlyAsync(into, patience.Token);
        return into;
    }

    private static byte[] Request(short version, string topic, byte[] batch) =>
    [
        .. Number(Produce, 2), .. Number(version, 2), .. Number(1, 4), .. Text("raw"),
        .. Number(-1, 2), .. Number(-1, 2), .. Number(10_000, 4),
        .. Number(1, 4), .. Text(topic), .. Number(1, 4), .. Number(0, 4), .. Number(batch.Length, 4), .. batch,
    ];

    private static byte[] Batch(int codec, byte[] body)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        byte[] checkedPart =
        [
            .. Number(codec, 2), .. Number(0, 4), .. Number(now, 8), .. Number(now, 8), .. Number(-1, 8), .. Number(-1, 2), .. Number(-1, 4),
            .. Number(1, 4), .. body,
        ];
        var checksum = uint.MaxValue;
        foreach (var one in checkedPart)
            checksum = BitOperations.Crc32C(checksum, one);
        return [.. Number(0, 8), .. Number(HeaderSize - 12 + body.Length, 4), .. Number(-1, 4), 2, .. Number(~checksum, 4), .. checkedPart];
    }

    private static byte[] Text(string text) => [.. Number(Encoding.UTF8.GetByteCount(text), 2), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Number(long value, int size)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes[^size..];
    }
}
