using System.Buffers;
using System.Text.Json;

namespace StockPipeline.Avro.Schemas;

/// <summary>A record, an enum or a fixed: what a schema can refer to by name.</summary>
public abstract class NamedSchema : AvroSchema
{
    private protected NamedSchema(AvroType type, SchemaName name, IReadOnlyList<SchemaName> aliases, string? doc) : base(type)
    {
        Name = name;
        Aliases = aliases;
        Doc = doc;
    }

    public SchemaName Name { get; }

    public IReadOnlyList<SchemaName> Aliases { get; }

    public string? Doc { get; }

    public sealed override string DisplayName => Name.Full;

    /// <summary>Whether a writer's type of this name is meant by this reader's type: the same name without its namespace, or an alias.</summary>
    public bool Answers(NamedSchema writer) =>
        Name.Local == writer.Name.Local
        || Aliases.Any(alias => alias == writer.Name || (alias.Namespace.Length == 0 && alias.Local == writer.Name.Local));
}

/// <summary>The name of a type with its namespace, which is empty where there is none.</summary>
public readonly record struct SchemaName
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private SchemaName(string space, string local)
    {
        Namespace = space;
        Local = local;
    }

    public string Namespace { get; }

    public string Local { get; }

    public string Full => Namespace.Length == 0 ? Local : $"{Namespace}.{Local}";

    /// <summary>A name as a schema writes it: one with dots is whole, another belongs to the namespace around it.</summary>
    /// <exception cref="InvalidSchemaException">It is not a name.</exception>
    public static SchemaName Of(string text, string space)
    {
        var dot = text.LastIndexOf('.');
        var (prefix, local) = dot < 0 ? (space, text) : (text[..dot], text[(dot + 1)..]);
        CheckLocal(local);
        return new SchemaName(CheckNamespace(prefix), local);
    }

    internal static string CheckLocal(string text) => IsLocal(text)
        ? text
        : throw new InvalidSchemaException($"'{text}' is not a name: a letter or '_', then letters, digits and '_' are expected");

    internal static string CheckNamespace(string text) => text.Length == 0 || text.Split('.').All(IsLocal)
        ? text
        : throw new InvalidSchemaException($"'{text}' is not a namespace");

    public override string ToString() => Full;

    private static bool IsLocal(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && !text.AsSpan().ContainsAnyExcept(Allowed);
}

public sealed class RecordSchema : NamedSchema
{
    private IReadOnlyList<RecordField> fields = [];

    internal RecordSchema(SchemaName name, IReadOnlyList<SchemaName> aliases, string? doc) : base(AvroType.Record, name, aliases, doc)
    {
    }

    /// <summary>In the order they are written. Set once by the parser: a record's fields may refer to the record itself.</summary>
    public IReadOnlyList<RecordField> Fields
    {
        get => fields;
        internal set => fields = value;
    }
}

/// <summary>One field of a record.</summary>
public sealed class RecordField
{
    internal RecordField(string name, AvroSchema schema)
    {
        Name = name;
        Schema = schema;
    }

    public string Name { get; }

    public AvroSchema Schema { get; }

    public IReadOnlyList<string> Aliases { get; internal init; } = [];

    public string? Doc { get; internal init; }

    /// <summary>What a reader takes where the writer has no such field.</summary>
    public JsonElement? Default { get; internal init; }

    public string? Order { get; internal init; }

    public IReadOnlyList<KeyValuePair<string, JsonElement>> Properties { get; internal init; } = [];

    /// <summary>
    /// The writer's field that this reader's field is read from: that of the same name, otherwise of the first alias that fits; -1 for none.
    /// </summary>
    public int FindIn(RecordSchema writer)
    {
        foreach (var name in Aliases.Prepend(Name))
        {
            for (var index = 0; index < writer.Fields.Count; index++)
            {
                if (writer.Fields[index].Name == name)
                    return index;
            }
        }
        return -1;
    }
}

public sealed class EnumSchema : NamedSchema
{
    internal EnumSchema(SchemaName name, IReadOnlyList<SchemaName> aliases, string? doc, IReadOnlyList<string> symbols, string? fallback)
        : base(AvroType.Enum, name, aliases, doc)
    {
        Symbols = symbols;
        Default = fallback;
    }

    public IReadOnlyList<string> Symbols { get; }

    /// <summary>What a reader takes for a symbol it does not know.</summary>
    public string? Default { get; }

    public int IndexOf(string symbol)
    {
        for (var index = 0; index < Symbols.Count; index++)
        {
            if (Symbols[index] == symbol)
                return index;
        }
        return -1;
    }
}

/// <summary>A fixed number of bytes.</summary>
public sealed class FixedSchema : NamedSchema
{
    internal FixedSchema(SchemaName name, IReadOnlyList<SchemaName> aliases, string? doc, int size)
        : base(AvroType.Fixed, name, aliases, doc) => Size = size;

    public int Size { get; }
}
