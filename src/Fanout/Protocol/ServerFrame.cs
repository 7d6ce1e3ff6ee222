using System.Buffers.Binary;
using System.Text;

namespace StockPipeline.Fanout.Protocol;

/// <summary>Frames from server to client (RFC 6455): whole, unmasked.</summary>
public static class ServerFrame
{
    /// <summary>Bytes of text that a single frame carries at most.</summary>
    public const int MaxText = ushort.MaxValue;

    private const byte Final = 0x80;

    public static byte[] Text(ReadOnlySpan<byte> utf8)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(utf8.Length, MaxText, nameof(utf8));
        var header = utf8.Length < 126 ? 2 : 4;
        var frame = new byte[header + utf8.Length];
        frame[0] = Final | (byte)Opcode.Text;
        if (header == 2)
        {
            frame[1] = (byte)utf8.Length;
        }
        else
        {
            frame[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)utf8.Length);
        }
        utf8.CopyTo(frame.AsSpan(header));
        return frame;
    }

    public static byte[] Ping() => [Final | (byte)Opcode.Ping, 0];

    public static byte[] Pong(ReadOnlySpan<byte> payload) => Control(Opcode.Pong, payload);

    public static byte[] Close(CloseCode code, string reason)
    {
        var payload = new byte[2 + Math.Min(ClientFrame.MaxControlPayload - 2, Encoding.UTF8.GetByteCount(reason))];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.UTF8.GetEncoder().Convert(reason, payload.AsSpan(2), flush: true, out _, out var written, out _);
        return Control(Opcode.Close, payload.AsSpan(0, 2 + written));
    }

    /// <summary>Frames one after the other.</summary>
    public static byte[] Join(IReadOnlyCollection<byte[]> frames)
    {
        var joined = new byte[frames.Sum(frame => frame.Length)];
        var at = 0;
        foreach (var frame in frames)
        {
            frame.CopyTo(joined, at);
            at += frame.Length;
        }
        return joined;
    }

    private static byte[] Control(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, ClientFrame.MaxControlPayload, nameof(payload));
        return [(byte)(Final | (byte)opcode), (byte)payload.Length, .. payload];
    }
}
