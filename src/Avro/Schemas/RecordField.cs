using System.Text.Json;

namespace StockPipeline.Avro.Schemas;

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
