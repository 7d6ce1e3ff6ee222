using System.Buffers.Binary;
using StockPipeline.Fanout.Protocol;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Live;

/// <summary>
/// Puts messages into frames, one after the other, in the room of one turn. A message is one object, or an array of them where there are
/// several. Used by the sending thread alone.
/// </summary>
internal sealed class MessageWriter(int room, int messageBytes)
{
    /// <summary>The longest header, and the bracket of an array.</summary>
    private const int Reserved = 11;

    private const int ShortPayload = 126;
    private const int LongPayload = 127;

    private byte[] bytes = new byte[2 * room];
    private int start;
    private int objects;

    public int Length { get; private set; }

    /// <summary>Room for who gathers changes before it writes them; what is in it counts no longer than that.</summary>
    public List<Change> Changes { get; } = [];

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    /// <summary>There is room for one more message.</summary>
    public bool HasRoom => Length < room;

    /// <summary>The message under way is as long as it should become.</summary>
    public bool IsLong => objects > 0 && Length - start > messageBytes;

    public void Clear() => (Length, objects) = (0, 0);

    /// <summary>A frame that is ready.</summary>
    public void Frame(ReadOnlySpan<byte> frame) => Append(frame);

    public void Begin()
    {
        Reserve(Reserved);
        (start, objects) = (Length, 0);
        Length += Reserved;
    }

    /// <summary>One object: the part that is the client's own, and the part that is everybody's.</summary>
    public void Add(ReadOnlySpan<byte> own, ReadOnlySpan<byte> shared)
    {
        if (objects++ > 0)
            Append(","u8);
        Append(own);
        Append(shared);
    }

    public void End()
    {
        if (objects == 0)
        {
            Length = start;
            return;
        }
        // Room for the longest header and an array's bracket was left; what turns out not to be needed is closed up.
        var isArray = objects > 1;
        if (isArray)
        {
            bytes[start + Reserved - 1] = (byte)'[';
            Append("]"u8);
        }
        var payload = bytes.AsSpan(start + Reserved - (isArray ? 1 : 0), Length - start - Reserved + (isArray ? 1 : 0));
        var frame = bytes.AsSpan(start);
        frame[0] = 0x80 | (byte)Opcode.Text;
        var header = payload.Length < ShortPayload ? 2 : payload.Length <= ushort.MaxValue ? 4 : 10;
        frame[1] = header switch { 2 => (byte)payload.Length, 4 => ShortPayload, _ => LongPayload };
        if (header == 4)
            BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)payload.Length);
        else if (header == 10)
            BinaryPrimitives.WriteInt64BigEndian(frame[2..], payload.Length);
        payload.CopyTo(frame[header..]);
        Length = start + header + payload.Length;
    }

    private void Append(ReadOnlySpan<byte> more)
    {
        Reserve(more.Length);
        more.CopyTo(bytes.AsSpan(Length));
        Length += more.Length;
    }

    private void Reserve(int more)
    {
        if (Length + more > bytes.Length)
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + more));
    }
}
