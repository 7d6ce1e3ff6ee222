using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using StockPipeline.Broker.Storage;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Log;

/// <summary>A view over the header of one record batch (format v2) and, where the bytes reach that far, its records. Copies nothing.</summary>
internal readonly ref struct RecordBatch(ReadOnlySpan<byte> bytes)
{
    /// <summary>Bytes in front of the records; all of them are readable whatever the codec.</summary>
    public const int HeaderSize = 61;

    /// <summary>Base offset and length: the bytes the batch's own length does not count.</summary>
    public const int LengthOverhead = 12;

    public const int MinLength = HeaderSize - LengthOverhead;

    public const byte Magic = 2;

    public const int MagicPosition = 16;

    private const int ChecksummedFrom = 21;
    private const int AppendTimeBit = 0x08;

    private readonly ReadOnlySpan<byte> bytes = bytes;

    public long BaseOffset => BinaryPrimitives.ReadInt64BigEndian(bytes);

    public int BatchLength => BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);

    /// <summary>The whole batch as the header tells it; may be absurd before the batch is known to be valid.</summary>
    public long Size => (long)BatchLength + LengthOverhead;

    public int LeaderEpoch => BinaryPrimitives.ReadInt32BigEndian(bytes[12..]);

    public byte MagicByte => bytes[MagicPosition];

    public uint Checksum => BinaryPrimitives.ReadUInt32BigEndian(bytes[17..]);

    public short Attributes => BinaryPrimitives.ReadInt16BigEndian(bytes[21..]);

    public Codec Codec => (Codec)(Attributes & 0x07);

    public bool HasAppendTime => (Attributes & AppendTimeBit) != 0;

    public bool IsTransactional => (Attributes & 0x10) != 0;

    public bool IsControl => (Attributes & 0x20) != 0;

    public int LastOffsetDelta => BinaryPrimitives.ReadInt32BigEndian(bytes[23..]);

    public long LastOffset => BaseOffset + LastOffsetDelta;

    public long NextOffset => LastOffset + 1;

    public long BaseTimestamp => BinaryPrimitives.ReadInt64BigEndian(bytes[27..]);

    public long MaxTimestamp => BinaryPrimitives.ReadInt64BigEndian(bytes[35..]);

    public long ProducerId => BinaryPrimitives.ReadInt64BigEndian(bytes[43..]);

    public short ProducerEpoch => BinaryPrimitives.ReadInt16BigEndian(bytes[51..]);

    public int BaseSequence => BinaryPrimitives.ReadInt32BigEndian(bytes[53..]);

    public int RecordCount => BinaryPrimitives.ReadInt32BigEndian(bytes[57..]);

    /// <summary>Sequences wrap from the largest int to zero.</summary>
    public int LastSequence => (int)(((long)BaseSequence + LastOffsetDelta) & int.MaxValue);

    /// <summary>There are enough bytes to look at anything here.</summary>
    public bool HasHeader => bytes.Length >= HeaderSize;

    /// <summary>Looks like the start of a batch: enough to walk from one to the next, not a proof.</summary>
    public bool HasPlausibleHeader => MagicByte == Magic && BatchLength >= MinLength && BaseOffset >= 0 && LastOffsetDelta >= 0;

    /// <summary>Needs all bytes of the batch.</summary>
    public bool HasRightChecksum => Crc32C.Of(bytes[ChecksummedFrom..(int)Size]) == Checksum;

    /// <summary>Gives the batch its place in the log. These bytes lie before the checksummed range, so the checksum stays right.</summary>
    public static void Assign(Span<byte> batch, long baseOffset, int leaderEpoch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[12..], leaderEpoch);
    }

    /// <summary>Makes the broker's clock the time of every record in the batch. The base timestamp stays, as in Kafka.</summary>
    public static void StampAppendTime(Span<byte> batch, long now)
    {
        var attributes = (short)(new RecordBatch(batch).Attributes | AppendTimeBit);
        BinaryPrimitives.WriteInt16BigEndian(batch[21..], attributes);
        BinaryPrimitives.WriteInt64BigEndian(batch[35..], now);
        Seal(batch);
    }

    /// <summary>Fits the header to records that were taken out or put in: length, count, largest timestamp, checksum.</summary>
    public static void Refit(Span<byte> batch, int recordCount, long maxTimestamp)
    {
        BinaryPrimitives.WriteInt32BigEndian(batch[8..], batch.Length - LengthOverhead);
        BinaryPrimitives.WriteInt64BigEndian(batch[35..], maxTimestamp);
        BinaryPrimitives.WriteInt32BigEndian(batch[57..], recordCount);
        Seal(batch);
    }

    private static void Seal(Span<byte> batch) => BinaryPrimitives.WriteUInt32BigEndian(batch[17..], Crc32C.Of(batch[ChecksummedFrom..]));
}

/// <summary>Walks the uncompressed records of a batch without allocating. Hostile lengths end the walk; they never read outside the bytes.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> records)
{
    private readonly ReadOnlySpan<byte> records = records;
    private int position;

    /// <summary>The walk stopped at bytes that are not a record.</summary>
    public bool IsMalformed { get; private set; }

    public int OffsetDelta { get; private set; }

    public long TimestampDelta { get; private set; }

    public bool HasKey { get; private set; }

    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>A record without a value is a tombstone.</summary>
    public bool HasValue { get; private set; }

    /// <summary>The record as it stands in the batch, its length in front included.</summary>
    public ReadOnlySpan<byte> Raw { get; private set; }

    public bool MoveNext()
    {
        if (position == records.Length || IsMalformed)
            return false;
        IsMalformed = !TryReadRecord();
        return !IsMalformed;
    }

    private bool TryReadRecord()
    {
        var start = position;
        if (!Varint.TryReadZigzag(records, ref position, out var length) || length < 0 || length > records.Length - position)
            return false;
        var end = position + length;
        var body = records[..end];
        position++;
        if (!Varint.TryReadZigzag64(body, ref position, out var timestampDelta) || !Varint.TryReadZigzag(body, ref position, out var offsetDelta)
            || !TryReadBytes(body, out var hasKey, out var key) || !TryReadBytes(body, out var hasValue, out _))
            return false;
        (TimestampDelta, OffsetDelta, HasKey, HasValue) = (timestampDelta, offsetDelta, hasKey, hasValue);
        Key = key;
        Raw = records[start..end];
        position = end;
        return true;
    }

    private bool TryReadBytes(ReadOnlySpan<byte> body, out bool isThere, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        var isSound = Varint.TryReadZigzag(body, ref position, out var length) && length >= -1 && length <= body.Length - position;
        isThere = isSound && length >= 0;
        if (isThere)
            bytes = body.Slice(position, length);
        position += bytes.Length;
        return isSound;
    }
}

/// <summary>The uncompressed records of one batch. Inflated bytes are rented: dispose to give them back.</summary>
internal ref struct BatchBody : IDisposable
{
    private byte[]? rented;

    public ReadOnlySpan<byte> Records { get; private set; }

    public readonly RecordReader Read() => new(Records);

    /// <summary>False when the bytes are not what the codec says, inflate past the limit, or the codec is none of Kafka's.</summary>
    public static bool TryOpen(ReadOnlyMemory<byte> batch, out BatchBody body)
    {
        body = default;
        var codec = new RecordBatch(batch.Span).Codec;
        var packed = batch[RecordBatch.HeaderSize..];
        if (codec == Codec.None)
        {
            body.Records = packed.Span;
            return true;
        }
        if (!MemoryMarshal.TryGetArray(packed, out var source))
            source = packed.ToArray();
        body.rented = Compression.TryInflate(codec, source, out var length);
        body.Records = body.rented.AsSpan(0, body.rented is null ? 0 : length);
        return body.rented is not null;
    }

    public void Dispose()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = null;
        Records = default;
    }
}
