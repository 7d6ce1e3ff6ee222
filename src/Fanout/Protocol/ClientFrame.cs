using System.Buffers;
using System.Buffers.Binary;

namespace StockPipeline.Fanout.Protocol;

/// <summary>One frame from client to server, unmasked.</summary>
public readonly record struct ClientFrame(Opcode Opcode, bool Final, ReadOnlyMemory<byte> Payload)
{
    public const int MaxControlPayload = 125;

    /// <summary>Clients have nothing to say beyond control frames; a short text is read and ignored.</summary>
    public const int MaxPayload = 1024;

    /// <summary>Takes one frame off the front of the bytes.</summary>
    /// <returns>False when more bytes are needed.</returns>
    /// <exception cref="ClientFrameException">The bytes are no lawful frame.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> bytes, out ClientFrame frame) => TryRead(ref bytes, MaxPayload, out frame);

    /// <summary>The same where clients have more to say, up to 65,535 bytes a frame.</summary>
    /// <inheritdoc cref="TryRead(ref ReadOnlySequence{byte}, out ClientFrame)"/>
    public static bool TryRead(ref ReadOnlySequence<byte> bytes, int maxPayload, out ClientFrame frame)
    {
        frame = default;
        if (bytes.Length < 2)
            return false;
        Span<byte> header = stackalloc byte[8];
        bytes.Slice(0, 2).CopyTo(header);
        var opcode = Check(header[0], header[1]);
        var final = (header[0] & 0x80) != 0;
        var length = header[1] & 0x7f;
        var headerLength = length switch { 126 => 8, 127 => throw TooBig(maxPayload), _ => 6 };
        if (bytes.Length < headerLength)
            return false;
        bytes.Slice(0, headerLength).CopyTo(header);
        if (length == 126)
            length = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
        if (length > maxPayload)
            throw TooBig(maxPayload);
        if (bytes.Length < headerLength + length)
            return false;
        var payload = bytes.Slice(headerLength, length).ToArray();
        Unmask(payload, header[(headerLength - 4)..headerLength]);
        bytes = bytes.Slice(headerLength + length);
        frame = new ClientFrame(opcode, final, payload);
        return true;
    }

    private static Opcode Check(byte first, byte second)
    {
        if ((first & 0x70) != 0)
            throw new ClientFrameException(CloseCode.ProtocolError, "reserved bits are set");
        if ((second & 0x80) == 0)
            throw new ClientFrameException(CloseCode.ProtocolError, "frames of a client are masked");
        var opcode = (Opcode)(first & 0x0f);
        if (!Enum.IsDefined(opcode))
            throw new ClientFrameException(CloseCode.ProtocolError, "unknown kind of frame");
        var control = opcode >= Opcode.Close;
        if (control && ((first & 0x80) == 0 || (second & 0x7f) > MaxControlPayload))
            throw new ClientFrameException(CloseCode.ProtocolError, "control frames are whole and short");
        return opcode;
    }

    private static void Unmask(Span<byte> payload, ReadOnlySpan<byte> mask)
    {
        for (var i = 0; i < payload.Length; i++)
            payload[i] ^= mask[i & 3];
    }

    private static ClientFrameException TooBig(int most) => new(CloseCode.TooBig, $"a message is at most {most} bytes");
}
