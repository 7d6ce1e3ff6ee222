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
