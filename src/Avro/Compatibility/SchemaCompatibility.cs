using System.Globalization;
using StockPipeline.Avro.Schemas;

namespace StockPipeline.Avro.Compatibility;

/// <summary>
/// Whether everything that one schema writes can be read by another. As in Avro's own implementation logical types do not count, so that
/// registries agree with each other; a plan of resolution is stricter with them.
/// </summary>
public sealed class SchemaCompatibility
{
    private const int MaxNesting = 256;

    private readonly List<Incompatibility> found = [];

    /// <summary>Records being compared further up, or compared already: a record may hold itself.</summary>
    private readonly HashSet<(RecordSchema Reader, RecordSchema Writer)> seen = [];

    private int nesting;

    private SchemaCompatibility()
    {
    }

    /// <summary>What keeps the reader from reading what the writer writes; nothing where it can read all of it.</summary>
    public static IReadOnlyList<Incompatibility> Check(AvroSchema reader, AvroSchema writer)
    {
        var check = new SchemaCompatibility();
        check.Compare(reader, writer, "/");
        return check.found;
    }

    private void Compare(AvroSchema reader, AvroSchema writer, string path)
    {
        if (nesting >= MaxNesting)
        {
            Report(IncompatibilityKind.TooDeep, path, $"more than {MaxNesting} levels");
            return;
        }
        nesting++;
        switch (reader, writer)
        {
            case (_, UnionSchema from):
                foreach (var branch in from.Branches)
                    Compare(reader, branch, path);
                break;
            case (UnionSchema into, _):
                if (!into.Branches.Any(branch => Reads(branch, writer)))
                    Report(IncompatibilityKind.MissingUnionBranch, path, $"no branch reads {writer.DisplayName}");
                break;
            case (NamedSchema into, NamedSchema from) when into.Type == from.Type:
                if (into.Answers(from))
                    CompareNamed(into, from, path);
                else
                    Report(IncompatibilityKind.NameMismatch, Under(path, "name"), $"{into.Name} against {from.Name}");
                break;
            case (ArraySchema into, ArraySchema from):
                Compare(into.Items, from.Items, Under(path, "items"));
                break;
            case (MapSchema into, MapSchema from):
                Compare(into.Values, from.Values, Under(path, "values"));
                break;
            case (PrimitiveSchema, PrimitiveSchema) when Promotes(writer.Type, reader.Type):
                break;
            default:
                Report(IncompatibilityKind.TypeMismatch, path, $"{reader.DisplayName} does not read {writer.DisplayName}");
                break;
        }
        nesting--;
    }

    private void CompareNamed(NamedSchema reader, NamedSchema writer, string path)
    {
        switch (reader, writer)
        {
            case (RecordSchema into, RecordSchema from):
                CompareRecords(into, from, path);
                break;
            case (FixedSchema into, FixedSchema from) when into.Size != from.Size:
                Report(IncompatibilityKind.FixedSizeMismatch, Under(path, "size"), $"{into.Size} bytes against {from.Size}");
                break;
            case (EnumSchema { Default: null } into, EnumSchema from):
                var missing = from.Symbols.Except(into.Symbols).ToArray();
                if (missing.Length > 0)
                    Report(IncompatibilityKind.MissingEnumSymbols, Under(path, "symbols"), string.Join(", ", missing));
                break;
        }
    }

    private void CompareRecords(RecordSchema reader, RecordSchema writer, string path)
    {
        if (!seen.Add((reader, writer)))
            return;
        for (var index = 0; index < reader.Fields.Count; index++)
        {
            var field = reader.Fields[index];
            var fieldPath = Under(path, string.Create(CultureInfo.InvariantCulture, $"fields/{index}"));
            var from = field.FindIn(writer);
            if (from >= 0)
                Compare(field.Schema, writer.Fields[from].Schema, Under(fieldPath, "type"));
            else if (field.Default is null)
                Report(IncompatibilityKind.ReaderFieldMissingDefaultValue, fieldPath, field.Name);
        }
    }

    /// <summary>Tries a branch. What it found belongs to no answer, and records first seen in a failed try are looked at again elsewhere.</summary>
    private bool Reads(AvroSchema reader, AvroSchema writer)
    {
        var attempt = new SchemaCompatibility { nesting = nesting };
        attempt.seen.UnionWith(seen);
        attempt.Compare(reader, writer, "/");
        if (attempt.found.Count > 0)
            return false;
        seen.UnionWith(attempt.seen);
        return true;
    }

    private void Report(IncompatibilityKind kind, string path, string detail) => found.Add(new Incompatibility(kind, path, detail));

    private static string Under(string path, string part) => path == "/" ? $"/{part}" : $"{path}/{part}";

    private static bool Promotes(AvroType writer, AvroType reader) => writer == reader || (writer, reader) switch
    {
        (AvroType.Int, AvroType.Long or AvroType.Float or AvroType.Double) => true,
        (AvroType.Long, AvroType.Float or AvroType.Double) => true,
        (AvroType.Float, AvroType.Double) => true,
        (AvroType.String, AvroType.Bytes) or (AvroType.Bytes, AvroType.String) => true,
        _ => false,
    };
}

/// <summary>One reason why one schema cannot read what another wrote.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Where in the reader's schema, as a JSON pointer.</param>
/// <param name="Detail">What is missing, or what stands against what.</param>
public sealed record Incompatibility(IncompatibilityKind Kind, string Path, string Detail)
{
    public override string ToString() => $"{Kind} at '{Path}': {Detail}";
}

/// <summary>Why one schema cannot read what another wrote.</summary>
public enum IncompatibilityKind
{
    /// <summary>Types that no promotion connects.</summary>
    TypeMismatch,

    /// <summary>Named types of different names, and no alias.</summary>
    NameMismatch,

    /// <summary>Fixed of different sizes.</summary>
    FixedSizeMismatch,

    /// <summary>Symbols of the writer that the reader has none of, nor a default for.</summary>
    MissingEnumSymbols,

    /// <summary>A field of the reader that the writer does not write and that has no default.</summary>
    ReaderFieldMissingDefaultValue,

    /// <summary>A branch of the writer's union that the reader's has none for.</summary>
    MissingUnionBranch,

    /// <summary>Deeper than is looked.</summary>
    TooDeep,
}
