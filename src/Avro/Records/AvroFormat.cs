using System.Buffers;
using StockPipeline.Avro.Binary;
using StockPipeline.Avro.Resolution;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Records;

/// <summary>
/// How one kind of record is written and read by our own schema; what was written by another schema is brought to ours first.
/// Safe for use from many threads.
/// </summary>
public abstract class AvroFormat<T>
{
    private protected AvroFormat(string schemaFile)
    {
        using var stream = typeof(AvroFormat<>).Assembly.GetManifestResourceStream(schemaFile)
            ?? throw new InvalidOperationException($"The assembly holds no {schemaFile}.");
        using var text = new StreamReader(stream);
        Schema = (RecordSchema)AvroSchema.Parse(text.ReadToEnd());
    }

    /// <summary>Our own schema.</summary>
    public RecordSchema Schema { get; }

    /// <summary>Room that is enough for the record.</summary>
    public abstract int MaxLength(T record);

    /// <summary>Writes into the caller's buffer without allocating; gives the number of bytes written.</summary>
    public int Write(T record, Span<byte> destination)
    {
        if (destination.Length < MaxLength(record))
            throw new ArgumentException($"The buffer has {destination.Length} bytes; {MaxLength(record)} are needed.", nameof(destination));
        var writer = new AvroWriter(destination);
        WriteFields(record, ref writer);
        return writer.Length;
    }

    /// <inheritdoc cref="Write(T, Span{byte})"/>
    public void Write(T record, IBufferWriter<byte> output) => output.Advance(Write(record, output.GetSpan(MaxLength(record))));

    /// <summary>Reads what was written by our own schema.</summary>
    /// <exception cref="UnreadableRecordException">The bytes are not such a record.</exception>
    public T Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > AvroLimits.Default.MaxRecordBytes)
            throw new UnreadableRecordException($"A record of {bytes.Length} bytes is longer than {AvroLimits.Default.MaxRecordBytes}.");
        var reader = new AvroReader(bytes);
        var record = ReadFields(ref reader);
        reader.ExpectEnd();
        return record;
    }

    /// <summary>A reader of what was written by another schema; worked out once, used for every record of that schema.</summary>
    /// <exception cref="UnreadableRecordException">The schema is one that ours cannot be read from.</exception>
    public RecordReader<T> ReaderOf(AvroSchema writer)
    {
        if (writer.BinaryForm == Schema.BinaryForm)
            return Read;
        var plan = ResolutionPlan.Of(writer, Schema, AvroLimits.Default);
        return bytes =>
        {
            using var rewritten = plan.Rewrite(bytes);
            return Read(rewritten.Bytes);
        };
    }

    private protected abstract void WriteFields(T record, ref AvroWriter writer);

    private protected abstract T ReadFields(ref AvroReader reader);
}

/// <summary>Reads the Avro bytes of one record, all of them. Safe for use from many threads.</summary>
/// <exception cref="UnreadableRecordException">The bytes are not such a record.</exception>
public delegate T RecordReader<out T>(ReadOnlySpan<byte> bytes);
