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
