using System.Text.Json;

namespace StockPipeline.Avro.Schemas;

/// <summary>Reads one schema; every name it defines is known from there on.</summary>
internal sealed class SchemaParser
{
    private static readonly Dictionary<string, AvroType> Primitives = new(StringComparer.Ordinal)
    {
        ["null"] = AvroType.Null,
        ["boolean"] = AvroType.Boolean,
        ["int"] = AvroType.Int,
        ["long"] = AvroType.Long,
        ["float"] = AvroType.Float,
        ["double"] = AvroType.Double,
        ["bytes"] = AvroType.Bytes,
        ["string"] = AvroType.String,
    };

    private readonly Dictionary<string, NamedSchema> known = new(StringComparer.Ordinal);

    /// <summary>Defaults may be of a type whose fields are still being read, so they are checked at the end.</summary>
    private readonly List<(RecordSchema Record, RecordField Field)> defaults = [];

    public static AvroSchema Parse(string text)
    {
        if (text.Length > AvroLimits.MaxSchemaLength)
            throw new InvalidSchemaException($"a schema of {text.Length} characters is longer than {AvroLimits.MaxSchemaLength}");
        // Older writers registered a primitive type as a bare word.
        if (Primitives.TryGetValue(text.Trim(), out var primitive))
            return new PrimitiveSchema(primitive);
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = AvroLimits.MaxSchemaDepth });
            var parser = new SchemaParser();
            var schema = parser.Read(document.RootElement, "");
            parser.CheckDefaults();
            return schema;
        }
        catch (JsonException error)
        {
            throw new InvalidSchemaException($"the schema is not JSON: {error.Message}", error);
        }
        catch (InvalidOperationException error)
        {
            // The JSON reader says this of a text with half a surrogate pair.
            throw new InvalidSchemaException($"the schema holds a text that is not Unicode: {error.Message}", error);
        }
    }

    private AvroSchema Read(JsonElement element, string space) => element.ValueKind switch
    {
        JsonValueKind.String => ReadName(element.GetString()!, space),
        JsonValueKind.Array => ReadUnion(element, space),
        JsonValueKind.Object => ReadObject(element, space),
        _ => throw new InvalidSchemaException($"{element.GetRawText()} is not a schema"),
    };

    private AvroSchema ReadName(string name, string space)
    {
        if (Primitives.TryGetValue(name, out var primitive))
            return new PrimitiveSchema(primitive);
        return known.TryGetValue(SchemaName.Of(name, space).Full, out var schema) || known.TryGetValue(name, out schema)
            ? schema
            : throw new InvalidSchemaException($"'{name}' is neither a type of Avro nor one defined before");
    }

    private UnionSchema ReadUnion(JsonElement element, string space)
    {
        var branches = element.EnumerateArray().Select(branch => Read(branch, space)).ToArray();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var branch in branches)
        {
            if (branch is UnionSchema)
                throw new InvalidSchemaException("a union stands directly in a union");
            if (!seen.Add(branch.DisplayName))
                throw new InvalidSchemaException($"a union has two branches of {branch.DisplayName}");
        }
        return new UnionSchema(branches);
    }

    private AvroSchema ReadObject(JsonElement element, string space)
    {
        if (!element.TryGetProperty("type", out var type))
            throw new InvalidSchemaException($"no type is given in {Shorten(element)}");
        if (type.ValueKind != JsonValueKind.String)
            return Read(type, space);
        var word = type.GetString()!;
        return word switch
        {
            "record" or "error" => ReadRecord(element, space),
            "enum" => ReadEnum(element, space),
            "fixed" => ReadFixed(element, space),
            "array" => new ArraySchema(Read(Required(element, "items"), space)) { Properties = SchemaAttributes.Of(element, null, "type", "items") },
            "map" => new MapSchema(Read(Required(element, "values"), space)) { Properties = SchemaAttributes.Of(element, null, "type", "values") },
            _ when Primitives.TryGetValue(word, out var primitive) => ReadPrimitive(element, primitive),
            _ => ReadName(word, space),
        };
    }

    private static PrimitiveSchema ReadPrimitive(JsonElement element, AvroType type)
    {
        var logical = SchemaAttributes.LogicalOf(element, type, size: 0);
        return new PrimitiveSchema(type) { Logical = logical, Properties = SchemaAttributes.Of(element, logical, "type") };
    }

    private RecordSchema ReadRecord(JsonElement element, string space)
    {
        var name = Name(element, space);
        var record = Define(new RecordSchema(name, Aliases(element, name.Namespace), Text(element, "doc"))
        {
            Properties = SchemaAttributes.Of(element, null, "type", "name", "namespace", "aliases", "doc", "fields"),
        });
        var list = Required(element, "fields");
        if (list.ValueKind != JsonValueKind.Array)
            throw new InvalidSchemaException($"the fields of {name} are not a list");
        var fields = list.EnumerateArray().Select(field => ReadField(field, record)).ToArray();
        var twice = fields.GroupBy(field => field.Name).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
            throw new InvalidSchemaException($"{name} has two fields named {twice.Key}");
        record.Fields = fields;
        return record;
    }

    private RecordField ReadField(JsonElement element, RecordSchema record)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new InvalidSchemaException($"a field of {record.Name} is not an object");
        var name = SchemaName.CheckLocal(Text(element, "name") ?? throw new InvalidSchemaException($"a field of {record.Name} has no name"));
        var schema = Read(Required(element, "type"), record.Name.Namespace);
        var field = new RecordField(name, schema)
        {
            Aliases = Texts(element, "aliases"),
            Doc = Text(element, "doc"),
            Default = element.TryGetProperty("default", out var value) ? value.Clone() : null,
            Order = Text(element, "order"),
            Properties = SchemaAttributes.Of(element, null, "name", "type", "aliases", "doc", "default", "order"),
        };
        if (field.Order is not (null or "ascending" or "descending" or "ignore"))
            throw new InvalidSchemaException($"the order '{field.Order}' of {record.Name}.{name} is none of ascending, descending, ignore");
        if (field.Default is not null)
            defaults.Add((record, field));
        return field;
    }

    private EnumSchema ReadEnum(JsonElement element, string space)
    {
        var name = Name(element, space);
        if (Required(element, "symbols").ValueKind != JsonValueKind.Array)
            throw new InvalidSchemaException($"the symbols of {name} are not a list");
        var symbols = Texts(element, "symbols");
        foreach (var symbol in symbols)
            SchemaName.CheckLocal(symbol);
        if (symbols.Distinct().Count() != symbols.Count)
            throw new InvalidSchemaException($"{name} has a symbol twice");
        var fallback = Text(element, "default");
        if (fallback is not null && !symbols.Contains(fallback))
            throw new InvalidSchemaException($"the default {fallback} of {name} is none of its symbols");
        return Define(new EnumSchema(name, Aliases(element, name.Namespace), Text(element, "doc"), symbols, fallback)
        {
            Properties = SchemaAttributes.Of(element, null, "type", "name", "namespace", "aliases", "doc", "symbols", "default"),
        });
    }

    private FixedSchema ReadFixed(JsonElement element, string space)
    {
        var name = Name(element, space);
        var size = Required(element, "size");
        if (size.ValueKind != JsonValueKind.Number || !size.TryGetInt32(out var count) || count < 0)
            throw new InvalidSchemaException($"the size of {name} is not a whole number");
        var logical = SchemaAttributes.LogicalOf(element, AvroType.Fixed, count);
        return Define(new FixedSchema(name, Aliases(element, name.Namespace), Text(element, "doc"), count)
        {
            Logical = logical,
            Properties = SchemaAttributes.Of(element, logical, "type", "name", "namespace", "aliases", "doc", "size"),
        });
    }

    private T Define<T>(T schema) where T : NamedSchema
    {
        if (Primitives.ContainsKey(schema.Name.Full))
            throw new InvalidSchemaException($"'{schema.Name}' is a type of Avro and cannot be defined");
        if (!known.TryAdd(schema.Name.Full, schema))
            throw new InvalidSchemaException($"{schema.Name} is defined twice");
        return schema;
    }

    private void CheckDefaults()
    {
        foreach (var (record, field) in defaults)
        {
            try
            {
                Resolution.DefaultValue.Encode(field.Schema, field.Default!.Value);
            }
            catch (InvalidSchemaException error)
            {
                throw new InvalidSchemaException($"the default of {record.Name}.{field.Name} does not fit: {error.Message}", error);
            }
        }
    }

    private static SchemaName Name(JsonElement element, string space)
    {
        var name = Text(element, "name") ?? throw new InvalidSchemaException($"no name is given in {Shorten(element)}");
        return SchemaName.Of(name, Text(element, "namespace") ?? space);
    }

    private static SchemaName[] Aliases(JsonElement element, string space) =>
        [.. Texts(element, "aliases").Select(alias => SchemaName.Of(alias, space))];

    private static JsonElement Required(JsonElement element, string attribute) => element.TryGetProperty(attribute, out var value)
        ? value
        : throw new InvalidSchemaException($"no {attribute} given in {Shorten(element)}");

    private static string? Text(JsonElement element, string attribute)
    {
        if (!element.TryGetProperty(attribute, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : throw new InvalidSchemaException($"the attribute {attribute} is not a text in {Shorten(element)}");
    }

    private static IReadOnlyList<string> Texts(JsonElement element, string attribute)
    {
        if (!element.TryGetProperty(attribute, out var list) || list.ValueKind == JsonValueKind.Null)
            return [];
        return list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(one => one.GetString()!)]
            : throw new InvalidSchemaException($"the attribute {attribute} is not a list of texts in {Shorten(element)}");
    }

    private static string Shorten(JsonElement element)
    {
        var text = element.GetRawText();
        return text.Length <= 80 ? text : text[..80] + "…";
    }
}

/// <summary>A text that is not an Avro schema; the message names the place.</summary>
public sealed class InvalidSchemaException : Exception
{
    public InvalidSchemaException(string message) : base(message)
    {
    }

    public InvalidSchemaException(string message, Exception inner) : base(message, inner)
    {
    }

    public InvalidSchemaException() : base("The schema is not valid.")
    {
    }
}
