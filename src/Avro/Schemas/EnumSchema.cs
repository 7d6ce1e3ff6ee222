namespace StockPipeline.Avro.Schemas;

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
