using System.Buffers.Binary;
using System.Text;
using StockPipeline.Broker.Log;
using StockPipeline.Broker.Storage;

namespace StockPipeline.BrokerTests.Log;

/// <summary>Record batches as a producer makes them.</summary>
internal sealed class Batch
{
    private readonly MemoryStream records = new();
    private int count;
    private long maxTime = -1;

    public Codec Codec { get; init; } = Codec.None;

    public long Time { get; init; } = LogFolder.Start.ToUnixTimeMilliseconds();

    public long ProducerId { get; init; } = -1;

    public short ProducerEpoch { get; init; } = -1;

    public int Sequence { get; init; } = -1;

    /// <summary>Attribute bits beside the codec.</summary>
    public short Flags { get; init; }

    public static byte[] Of(params string?[] values) => values.Aggregate(new Batch(), (batch, value) => batch.Add("k", value)).Bytes();

    public Batch Add(string? key, string? value, int afterMs = 0, params (string Key, string? Value)[] headers)
    {
        using var record = new MemoryStream();
        record.WriteByte(0);
        Number(record, afterMs);
        Number(record, count++);
        Text(record, key);
        Text(record, value);
        Number(record, headers.Length);
        foreach (var header in headers)
        {
            Text(record, header.Key);
            Text(record, header.Value);
        }
        Number(records, (int)record.Length);
        record.WriteTo(records);
        maxTime = Math.Max(maxTime, Time + afterMs);
        return this;
    }

    /// <summary>With a body of its own: what another library makes of the records, or rubbish.</summary>
    public byte[] Bytes(byte[]? body = null)
    {
        body ??= Codec == Codec.None ? records.ToArray() : Compression.Compress(Codec, records.ToArray());
        var bytes = new byte[RecordBatch.HeaderSize + body.Length];
        body.CopyTo(bytes, RecordBatch.HeaderSize);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), -1);
        bytes[16] = 2;
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(21), (short)((int)Codec | (ushort)Flags));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(23), count - 1);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(27), Time);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(43), ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(51), ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(53), Sequence);
        RecordBatch.Refit(bytes, count, maxTime);
        return bytes;
    }

    /// <summary>Changes a field inside the checksummed range and makes the checksum right again.</summary>
    public static byte[] Tampered(byte[] bytes, int position, params byte[] with)
    {
        var changed = (byte[])bytes.Clone();
        with.CopyTo(changed, position);
        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(17), Crc32C.Of(changed.AsSpan(21)));
        return changed;
    }

    private static void Number(MemoryStream target, long value)
    {
        using var writer = new BinaryWriter(target, Encoding.UTF8, leaveOpen: true);
        writer.Write7BitEncodedInt64((value << 1) ^ (value >> 63));
    }

    private static void Text(MemoryStream target, string? text)
    {
        if (text is null)
        {
            Number(target, -1);
            return;
        }
        var bytes = Encoding.UTF8.GetBytes(text);
        Number(target, bytes.Length);
        target.Write(bytes);
    }
}
