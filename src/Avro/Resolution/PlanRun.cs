using System.Buffers;
using System.Buffers.Binary;
using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Resolution;

/// <summary>One record on its way from the writer's schema to the reader's: the input, the output, and what it may still ask for.</summary>
internal ref struct PlanRun
{
    private const int FirstBuffer = 512;

    /// <summary>Where the writer's bytes are read.</summary>
    public AvroReader Reader;

    private readonly AvroLimits limits;
    private byte[] buffer;
    private int length;
    private int items;
    private int depth;

    public PlanRun(ReadOnlySpan<byte> input, AvroLimits limits)
    {
        Reader = new AvroReader(input);
        this.limits = limits;
        buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        items = limits.MaxItems;
        depth = limits.MaxDepth;
    }

    /// <summary>Hands over the output; the run ends with it.</summary>
    public readonly RewrittenRecord Finish() => new(buffer, length);

    /// <summary>Gives the buffer back after a failure.</summary>
    public readonly void Abandon() => ArrayPool<byte>.Shared.Return(buffer);

    public void Enter()
    {
        if (depth-- == 0)
            throw new UnreadableRecordException($"A record is more than {limits.MaxDepth} levels deep.");
        Spend(1);
    }

    public void Leave() => depth++;

    /// <summary>The number of items of the next block of an array or a map; 0 at its end.</summary>
    /// <param name="size">The block's length in bytes; -1 where the writer does not give it.</param>
    public int ReadBlock(out int size)
    {
        size = -1;
        var count = Reader.ReadLong();
        if (count < 0)
        {
            var bytes = Reader.ReadLong();
            if (count == long.MinValue || bytes < 0 || bytes > Reader.Remaining)
                throw new UnreadableRecordException($"A block of {bytes} bytes where {Reader.Remaining} remain.");
            size = (int)bytes;
            count = -count;
        }
        Spend(count);
        return (int)count;
    }

    public void WriteLong(long value)
    {
        var writer = new AvroWriter(Room(AvroWriter.MaxLong));
        writer.WriteLong(value);
        length += writer.Length;
    }

    public void WriteFloat(float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(Room(sizeof(float)), value);
        length += sizeof(float);
    }

    public void WriteDouble(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Room(sizeof(double)), value);
        length += sizeof(double);
    }

    public void WriteRaw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        length += bytes.Length;
    }

    /// <summary>Bytes after their length.</summary>
    public void WriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        WriteLong(bytes.Length);
        WriteRaw(bytes);
    }

    private void Spend(long count)
    {
        if (count > items)
            throw new UnreadableRecordException($"A record has more than {limits.MaxItems} parts.");
        items -= (int)count;
    }

    private Span<byte> Room(int count)
    {
        if (count > buffer.Length - length)
            Grow(count);
        return buffer.AsSpan(length);
    }

    private void Grow(int count)
    {
        if (length + (long)count > limits.MaxRecordBytes)
            throw new UnreadableRecordException($"A record in the reader's schema is longer than {limits.MaxRecordBytes} bytes.");
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + count));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
