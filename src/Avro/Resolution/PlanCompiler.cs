using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Resolution;

/// <summary>
/// Works out a plan. Follows the specification, with two choices of the Java implementation where the specification is loose or unsafe:
/// of the branches of a reader's union the one of the very same type goes before one that needs a promotion; and logical types of
/// different meaning do not match, while those of one meaning are converted.
/// </summary>
internal sealed class PlanCompiler(AvroLimits limits)
{
    /// <summary>Deeper than any record may be, and shallow enough for every stack.</summary>
    private const int MaxSchemaNesting = 256;

    private readonly Dictionary<(RecordSchema Writer, RecordSchema Reader), RecordStep> records = [];
    private readonly Dictionary<RecordSchema, RecordStep> skipped = [];

    /// <summary>The pairs in the order they were begun: what an attempt began is forgotten when it fails.</summary>
    private readonly List<(RecordSchema, RecordSchema)> begun = [];

    private int steps;
    private int nesting;

    /// <summary>One of the limits is passed: no other branch is tried.</summary>
    private bool tooLarge;

    public Step Compile(AvroSchema writer, AvroSchema reader)
    {
        Descend();
        try
        {
            return (writer, reader) switch
            {
                (UnionSchema from, _) => CompileBranches(from, reader),
                (_, UnionSchema into) => CompileWrap(writer, into),
                (RecordSchema from, RecordSchema into) when into.Answers(from) => CompileRecord(from, into),
                (EnumSchema from, EnumSchema into) when into.Answers(from) => CompileEnum(from, into),
                (FixedSchema from, FixedSchema into) when into.Answers(from) && from.Size == into.Size => CompileFixed(from, into),
                (ArraySchema from, ArraySchema into) => ContainerSteps.Array(Compile(from.Items, into.Items)),
                (MapSchema from, MapSchema into) => ContainerSteps.Map(Compile(from.Values, into.Values)),
                (PrimitiveSchema from, PrimitiveSchema into) => CompilePrimitive(from, into),
                _ => throw Unresolvable(writer, reader),
            };
        }
        finally
        {
            nesting--;
        }
    }

    private Step CompileBranches(UnionSchema writer, AvroSchema reader)
    {
        string? first = null;
        var failures = 0;
        var branches = new Step[writer.Branches.Count];
        for (var index = 0; index < branches.Length; index++)
        {
            if (TryCompile(writer.Branches[index], reader, out var why) is { } step)
            {
                branches[index] = step;
                continue;
            }
            // Such a branch is an error only in a record that takes it.
            failures++;
            first ??= why;
            branches[index] = PrimitiveSteps.Fail(why);
        }
        return failures < branches.Length
            ? ContainerSteps.Branches(branches)
            : throw new UnreadableRecordException(first ?? "The writer's union is empty.");
    }

    private Step CompileWrap(AvroSchema writer, UnionSchema reader)
    {
        string? first = null;
        // Each branch is looked at for each of the writer's.
        steps += reader.Branches.Count;
        foreach (var index in Enumerable.Range(0, reader.Branches.Count).OrderBy(index => Distance(writer, reader.Branches[index])))
        {
            if (TryCompile(writer, reader.Branches[index], out var why) is { } step)
                return ContainerSteps.Wrap(index, step);
            first ??= why;
        }
        throw new UnreadableRecordException(first ?? "The reader's union is empty.");
    }

    /// <summary>How far a branch is from what was written: the nearest that resolves is taken, of equals the first.</summary>
    private static int Distance(AvroSchema writer, AvroSchema branch) => (writer, branch) switch
    {
        _ when writer.Type != branch.Type => 2,
        (NamedSchema from, NamedSchema into) when from.Name != into.Name => 1,
        _ => 0,
    };

    private Step? TryCompile(AvroSchema writer, AvroSchema reader, out string why)
    {
        var mark = begun.Count;
        try
        {
            why = "";
            return Compile(writer, reader);
        }
        catch (UnreadableRecordException error) when (!tooLarge)
        {
            foreach (var pair in begun.Skip(mark))
                records.Remove(pair);
            begun.RemoveRange(mark, begun.Count - mark);
            why = error.Message;
            return null;
        }
    }

    private Step CompileRecord(RecordSchema writer, RecordSchema reader)
    {
        if (records.TryGetValue((writer, reader), out var known))
            return known.Run;
        var record = new RecordStep();
        records.Add((writer, reader), record);
        begun.Add((writer, reader));
        var fields = reader.Fields.Select(field => CompileField(writer, reader, field)).ToArray();
        var taken = fields.Where(field => field.From >= 0).Select(field => field.From).ToArray();
        if (taken.Zip(taken.Skip(1)).All(pair => pair.First < pair.Second))
            record.SetInOrder(InOrder(writer, fields));
        else
            record.SetOutOfOrder([.. writer.Fields.Select(field => Skip(field.Schema))], fields);
        return record.Run;
    }

    private (int From, Step Step) CompileField(RecordSchema writer, RecordSchema reader, RecordField field)
    {
        var index = field.FindIn(writer);
        if (index >= 0)
            return (index, Compile(writer.Fields[index].Schema, field.Schema));
        return field.Default is { } value
            ? (-1, PrimitiveSteps.Constant(DefaultValue.Encode(field.Schema, value)))
            : throw new UnreadableRecordException(
                $"The writer's {writer.Name} has no field {field.Name}, and the reader's {reader.Name} has no default for it.");
    }

    private Step[] InOrder(RecordSchema writer, (int From, Step Step)[] fields)
    {
        List<Step> all = [];
        var next = 0;
        foreach (var (from, step) in fields)
        {
            for (; next < from; next++)
                all.Add(Skip(writer.Fields[next].Schema));
            if (from >= 0)
                next = from + 1;
            all.Add(step);
        }
        for (; next < writer.Fields.Count; next++)
            all.Add(Skip(writer.Fields[next].Schema));
        return [.. all];
    }

    private static Step CompileEnum(EnumSchema writer, EnumSchema reader)
    {
        var fallback = reader.Default is null ? -1 : reader.IndexOf(reader.Default);
        var symbols = writer.Symbols.Select(symbol => reader.IndexOf(symbol) is >= 0 and var index ? index : fallback).ToArray();
        return ContainerSteps.Enum(symbols, writer.Name.Full);
    }

    private static Step CompileFixed(FixedSchema writer, FixedSchema reader) =>
        CompileMeaning(writer, reader, reader.Size) ?? PrimitiveSteps.Fixed(reader.Size);

    private static Step CompilePrimitive(PrimitiveSchema writer, PrimitiveSchema reader)
    {
        var step = PrimitiveSteps.Promote(writer.Type, reader.Type) ?? throw Unresolvable(writer, reader);
        return CompileMeaning(writer, reader, size: null) ?? step;
    }

    /// <summary>A step where the logical types want more than the types under them; null where they want nothing.</summary>
    private static Step? CompileMeaning(AvroSchema writer, AvroSchema reader, int? size)
    {
        if (reader.Logical is not { } into)
            return null;
        // A number without a unit may be taken for any unit, but bytes that are no decimal would make a price of anything.
        if (writer.Logical is not { } from)
            return into.IsDecimal ? throw Unresolvable(writer, reader) : null;
        if (from.Meaning != into.Meaning)
            throw Unresolvable(writer, reader);
        if (into.IsDecimal && from.Scale != into.Scale)
        {
            return Math.Abs((long)from.Scale - into.Scale) <= PrimitiveSteps.MaxScaleChange
                ? PrimitiveSteps.Rescale(from.Scale, into.Scale, size)
                : throw Unresolvable(writer, reader);
        }
        return from.TicksPerSecond is { } written && into.TicksPerSecond is { } wanted && written != wanted
            ? PrimitiveSteps.ChangeUnit(written, wanted)
            : null;
    }

    private Step Skip(AvroSchema schema)
    {
        Descend();
        try
        {
            return schema switch
            {
                RecordSchema record => SkipRecord(record),
                EnumSchema symbols => SkipSteps.Enum(symbols.Symbols.Count),
                FixedSchema block => SkipSteps.Fixed(block.Size),
                ArraySchema array => SkipSteps.Array(Skip(array.Items)),
                MapSchema map => SkipSteps.Map(Skip(map.Values)),
                UnionSchema union => ContainerSteps.Branches([.. union.Branches.Select(Skip)]),
                _ => SkipSteps.Primitive(schema.Type),
            };
        }
        finally
        {
            nesting--;
        }
    }

    private Step SkipRecord(RecordSchema record)
    {
        if (skipped.TryGetValue(record, out var known))
            return known.Run;
        var step = new RecordStep();
        skipped.Add(record, step);
        step.SetInOrder([.. record.Fields.Select(field => Skip(field.Schema))]);
        return step.Run;
    }

    private void Descend()
    {
        tooLarge |= ++steps > limits.MaxPlanSteps || nesting >= MaxSchemaNesting;
        if (tooLarge)
            throw new UnreadableRecordException("The writer's schema is too large or too deep to be read.");
        nesting++;
    }

    private static UnreadableRecordException Unresolvable(AvroSchema writer, AvroSchema reader) =>
        new($"What was written as {Describe(writer)} cannot be read as {Describe(reader)}.");

    private static string Describe(AvroSchema schema) =>
        schema.Logical is { } logical ? $"{schema.DisplayName} ({logical.Name})" : schema.DisplayName;
}
