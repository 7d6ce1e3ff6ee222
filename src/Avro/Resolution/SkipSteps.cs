using StockPipeline.Avro.Schemas;

namespace StockPipeline.Avro.Resolution;

/// <summary>Steps that pass over what the reader does not want.</summary>
internal static class SkipSteps
{
    public static Step Primitive(AvroType type) => type switch
    {
        AvroType.Null => static (ref run) => { },
        AvroType.Boolean => static (ref run) => run.Reader.ReadBoolean(),
        AvroType.Int => static (ref run) => run.Reader.ReadInt(),
        AvroType.Long => static (ref run) => run.Reader.ReadLong(),
        AvroType.Float => static (ref run) => run.Reader.ReadRaw(sizeof(float)),
        AvroType.Double => static (ref run) => run.Reader.ReadRaw(sizeof(double)),
        AvroType.Bytes or AvroType.String => static (ref run) => run.Reader.ReadBytes(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A type without parts is expected."),
    };

    public static Step Fixed(int size) => (ref run) => run.Reader.ReadRaw(size);

    public static Step Enum(int count) => (ref run) => run.Reader.ReadIndex(count);

    public static Step Array(Step item) => (ref run) =>
    {
        run.Enter();
        for (var count = run.ReadBlock(out var size); count > 0; count = run.ReadBlock(out size))
        {
            if (size >= 0)
            {
                run.Reader.ReadRaw(size);
                continue;
            }
            for (; count > 0; count--)
                item(ref run);
        }
        run.Leave();
    };

    public static Step Map(Step value) => Array((ref run) =>
    {
        run.Reader.ReadBytes();
        value(ref run);
    });
}
