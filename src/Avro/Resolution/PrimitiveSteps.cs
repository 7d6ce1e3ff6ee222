using System.Numerics;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Resolution;

/// <summary>Steps for values without parts: copies, promotions, changes of unit and of scale.</summary>
internal static class PrimitiveSteps
{
    /// <summary>Digits a decimal may gain or lose; 38 are as many as databases know.</summary>
    public const int MaxScaleChange = 38;

    /// <summary>Null where the rules know no such promotion.</summary>
    public static Step? Promote(AvroType writer, AvroType reader) => (writer, reader) switch
    {
        (AvroType.Null, AvroType.Null) => static (ref run) => { },
        (AvroType.Boolean, AvroType.Boolean) => static (ref run) => run.WriteRaw([run.Reader.ReadBoolean() ? (byte)1 : (byte)0]),
        (AvroType.Int, AvroType.Int or AvroType.Long) => static (ref run) => run.WriteLong(run.Reader.ReadInt()),
        (AvroType.Int, AvroType.Float) => static (ref run) => run.WriteFloat(run.Reader.ReadInt()),
        (AvroType.Int, AvroType.Double) => static (ref run) => run.WriteDouble(run.Reader.ReadInt()),
        (AvroType.Long, AvroType.Long) => static (ref run) => run.WriteLong(run.Reader.ReadLong()),
        (AvroType.Long, AvroType.Float) => static (ref run) => run.WriteFloat(run.Reader.ReadLong()),
        (AvroType.Long, AvroType.Double) => static (ref run) => run.WriteDouble(run.Reader.ReadLong()),
        (AvroType.Float, AvroType.Float) => static (ref run) => run.WriteRaw(run.Reader.ReadRaw(sizeof(float))),
        (AvroType.Float, AvroType.Double) => static (ref run) => run.WriteDouble(run.Reader.ReadFloat()),
        (AvroType.Double, AvroType.Double) => static (ref run) => run.WriteRaw(run.Reader.ReadRaw(sizeof(double))),
        (AvroType.Bytes or AvroType.String, AvroType.Bytes or AvroType.String) => static (ref run) => run.WriteBytes(run.Reader.ReadBytes()),
        _ => null,
    };

    public static Step Fixed(int size) => (ref run) => run.WriteRaw(run.Reader.ReadRaw(size));

    public static Step Constant(byte[] bytes) => (ref run) => run.WriteRaw(bytes);

    public static Step Fail(string why) => (ref _) => throw new UnreadableRecordException(why);

    /// <summary>From one unit of time to another; what is finer than the reader's unit is cut off towards the past.</summary>
    public static Step ChangeUnit(long from, long into)
    {
        if (from > into)
        {
            var divisor = from / into;
            return (ref run) =>
            {
                var (quotient, rest) = Math.DivRem(run.Reader.ReadLong(), divisor);
                run.WriteLong(rest < 0 ? quotient - 1 : quotient);
            };
        }
        var factor = into / from;
        return (ref run) =>
        {
            var value = run.Reader.ReadLong();
            if (value > long.MaxValue / factor || value < long.MinValue / factor)
                throw new UnreadableRecordException($"{value} of 1/{from} s does not fit 1/{into} s.");
            run.WriteLong(value * factor);
        };
    }

    /// <summary>From one scale to another. A value that would lose digits is unreadable: prices are exact.</summary>
    /// <param name="from">Digits after the point as written.</param>
    /// <param name="into">Digits after the point as read.</param>
    /// <param name="size">Bytes of a fixed; null for bytes.</param>
    public static Step Rescale(int from, int into, int? size)
    {
        var factor = BigInteger.Pow(10, Math.Abs(from - into));
        return (ref run) =>
        {
            var raw = size is { } fixedSize ? run.Reader.ReadRaw(fixedSize) : run.Reader.ReadBytes();
            var value = new BigInteger(raw, isBigEndian: true);
            if (into >= from)
                value *= factor;
            else if ((value = BigInteger.DivRem(value, factor, out var rest)) is var _ && !rest.IsZero)
                throw new UnreadableRecordException($"A decimal of {from} digits after the point does not fit {into}.");
            WriteDecimal(ref run, value, size);
        };
    }

    private static void WriteDecimal(ref PlanRun run, BigInteger value, int? size)
    {
        var bytes = value.ToByteArray(isBigEndian: true);
        if (size is not { } room)
        {
            run.WriteBytes(bytes);
            return;
        }
        if (bytes.Length > room)
            throw new UnreadableRecordException($"A decimal does not fit {room} bytes.");
        var sign = value.Sign < 0 ? (byte)0xff : (byte)0;
        for (var at = bytes.Length; at < room; at++)
            run.WriteRaw([sign]);
        run.WriteRaw(bytes);
    }
}

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
