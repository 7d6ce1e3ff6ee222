using System.Buffers.Binary;
using StockPipeline.Broker.Storage;

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
