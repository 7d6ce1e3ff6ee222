using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace StockPipeline.Avro.Schemas;

/// <summary>A parsed schema. Immutable and safe for use from many threads.</summary>
public abstract class AvroSchema
{
    private string? json;
    private string? binaryForm;

    private protected AvroSchema(AvroType type) => Type = type;

    public AvroType Type { get; }

    /// <summary>Null also where the schema names one that is unknown or does not fit its type: Avro ignores those.</summary>
    public LogicalType? Logical { get; internal init; }

    /// <summary>Attributes that mean nothing to Avro itself; kept as they were written.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Properties { get; internal init; } = [];

    /// <summary>How messages name the type.</summary>
    public virtual string DisplayName => Type.ToString().ToLowerInvariant();

    /// <summary>The schema as JSON in one line; the same for schemas that differ in white space or in the order of attributes only.</summary>
    public string Json => json ??= SchemaPrinter.Print(this, withEverything: true);

    /// <summary>
    /// What decides how bytes are read: documents, defaults, aliases and the like are left out. Equal forms read each other's bytes as they are.
    /// </summary>
    public string BinaryForm => binaryForm ??= SchemaPrinter.Print(this, withEverything: false);

    /// <exception cref="InvalidSchemaException">The text is not an Avro schema.</exception>
    public static AvroSchema Parse(string text) => SchemaParser.Parse(text);

    public sealed override string ToString() => Json;
}

/// <summary>The types of Avro.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The types bear the names Avro gives them.")]
public enum AvroType
{
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Record,
    Enum,
    Fixed,
    Array,
    Map,
    Union,
}

public sealed class PrimitiveSchema : AvroSchema
{
    internal PrimitiveSchema(AvroType type) : base(type)
    {
    }
}

public sealed class ArraySchema : AvroSchema
{
    internal ArraySchema(AvroSchema items) : base(AvroType.Array) => Items = items;

    public AvroSchema Items { get; }
}

/// <summary>A map from strings.</summary>
public sealed class MapSchema : AvroSchema
{
    internal MapSchema(AvroSchema values) : base(AvroType.Map) => Values = values;

    public AvroSchema Values { get; }
}

public sealed class UnionSchema : AvroSchema
{
    internal UnionSchema(IReadOnlyList<AvroSchema> branches) : base(AvroType.Union) => Branches = branches;

    public IReadOnlyList<AvroSchema> Branches { get; }
}

/// <summary>What the bytes of a type mean beyond the type: <c>decimal</c>, <c>timestamp-millis</c>, <c>date</c>, <c>uuid</c> and so on.</summary>
/// <param name="Name">As Avro names it.</param>
/// <param name="Precision">Digits of a decimal, otherwise 0.</param>
/// <param name="Scale">Digits of a decimal after the point, otherwise 0.</param>
public sealed record LogicalType(string Name, int Precision = 0, int Scale = 0)
{
    public const string DecimalName = "decimal";

    public bool IsDecimal => Name == DecimalName;

    /// <summary>Ticks in a second of a time or an instant; null for everything else.</summary>
    public long? TicksPerSecond => Name switch
    {
        "timestamp-millis" or "local-timestamp-millis" or "time-millis" => 1_000,
        "timestamp-micros" or "local-timestamp-micros" or "time-micros" => 1_000_000,
        "timestamp-nanos" or "local-timestamp-nanos" => 1_000_000_000,
        _ => null,
    };

    /// <summary>What the type means apart from its unit: two instants differ only in their ticks, an instant and a date in what they are.</summary>
    public string Meaning => TicksPerSecond is null ? Name : Name[..Name.LastIndexOf('-')];
}
