using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Log;

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
