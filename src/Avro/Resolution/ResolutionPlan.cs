using System.Buffers;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Resolution;

/// <summary>
/// How records of a writer's schema become records of the reader's, by Avro's rules of schema resolution. Worked out once for a pair of
/// schemas; it rewrites bytes into bytes, so that one fast reader per record is enough. Safe for use from many threads.
/// </summary>
public sealed class ResolutionPlan
{
    private readonly AvroLimits limits;
    private readonly Step root;

    private ResolutionPlan(Step root, AvroLimits limits)
    {
        this.root = root;
        this.limits = limits;
    }

    /// <exception cref="UnreadableRecordException">Nothing the writer writes can be read as the reader wants it.</exception>
    public static ResolutionPlan Of(AvroSchema writer, AvroSchema reader, AvroLimits limits) =>
        new(new PlanCompiler(limits).Compile(writer, reader), limits);

    /// <summary>Brings one record to the reader's schema.</summary>
    /// <exception cref="UnreadableRecordException">The bytes are not the writer's, or hold what the reader has no place for.</exception>
    public RewrittenRecord Rewrite(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > limits.MaxRecordBytes)
            throw new UnreadableRecordException($"A record of {bytes.Length} bytes is longer than {limits.MaxRecordBytes}.");
        var run = new PlanRun(bytes, limits);
        var finished = false;
        try
        {
            root(ref run);
            run.Reader.ExpectEnd();
            finished = true;
            return run.Finish();
        }
        finally
        {
            if (!finished)
                run.Abandon();
        }
    }
}

/// <summary>A record as the reader's schema writes it, in a buffer that goes back to the pool on disposal.</summary>
public readonly ref struct RewrittenRecord
{
    private readonly byte[] buffer;
    private readonly int length;

    internal RewrittenRecord(byte[] buffer, int length)
    {
        this.buffer = buffer;
        this.length = length;
    }

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}

/// <summary>Takes one value, or nothing, off the input and puts one, or nothing, on the output.</summary>
internal delegate void Step(ref PlanRun run);
