using System.Text.Json;

namespace StockPipeline.BrokerTests.Schemas;

/// <summary>One field of a message, in all its versions.</summary>
internal sealed record FieldSchema(
    string Name, string Type, VersionRange Versions, VersionRange Nullable, VersionRange Tagged, string? Default, IReadOnlyList<FieldSchema> Fields)
{
    public bool IsArray => Type.StartsWith("[]", StringComparison.Ordinal);

    public bool IsStruct => Fields.Count > 0;

    /// <summary>The field of one element.</summary>
    public FieldSchema Element => this with { Type = Type[2..], Nullable = VersionRange.Parse(null) };

    /// <summary>Whether the field stands in the body of a version; tagged fields stand behind it and are optional.</summary>
    public bool IsInBody(int version) => Versions.Holds(version) && !Tagged.Holds(version);

    public static IReadOnlyList<FieldSchema> ReadAll(JsonElement fields, IReadOnlyDictionary<string, JsonElement> commonStructs) =>
        [.. fields.EnumerateArray().Select(field => Read(field, commonStructs))];

    private static FieldSchema Read(JsonElement field, IReadOnlyDictionary<string, JsonElement> commonStructs)
    {
        var type = field.GetProperty("type").GetString()!;
        var inner = field.TryGetProperty("fields", out var own) ? own
            : commonStructs.TryGetValue(type.Replace("[]", string.Empty, StringComparison.Ordinal), out var common) ? common : default;
        return new FieldSchema(
            JsonNamingPolicy.CamelCase.ConvertName(field.GetProperty("name").GetString()!), type, VersionRange.Parse(Text(field, "versions")),
                VersionRange.Parse(Text(field, "nullableVersions")),
            VersionRange.Parse(Text(field, "taggedVersions")), Text(field, "default"), inner.ValueKind == JsonValueKind.Array ? ReadAll(inner,
                commonStructs) : []);
    }

    private static string? Text(JsonElement field, string name) =>
        !field.TryGetProperty(name, out var value) ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
}
