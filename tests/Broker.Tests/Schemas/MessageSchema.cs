using System.Text.Json;

namespace StockPipeline.BrokerTests.Schemas;

/// <summary>The definition of one request or response.</summary>
internal sealed record MessageSchema(short ApiKey, string Name, bool IsRequest, VersionRange Flexible, IReadOnlyList<FieldSchema> Fields)
{
    private static readonly IReadOnlyList<MessageSchema> All = Load();

    public static MessageSchema Request(short apiKey) => All.Single(message => message.ApiKey == apiKey && message.IsRequest);

    public static MessageSchema Response(short apiKey) => All.Single(message => message.ApiKey == apiKey && !message.IsRequest);

    private static IReadOnlyList<MessageSchema> Load()
    {
        using var file = typeof(MessageSchema).Assembly.GetManifestResourceStream("messages.json")!;
        using var json = JsonDocument.Parse(file);
        return [.. json.RootElement.EnumerateArray().Select(Read)];
    }

    private static MessageSchema Read(JsonElement message)
    {
        var common = message.TryGetProperty("commonStructs", out var structs)
            ? structs.EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!, one => one.GetProperty("fields"))
            : [];
        return new MessageSchema(
            message.GetProperty("apiKey").GetInt16(), message.GetProperty("name").GetString()!, message.GetProperty("type").GetString() == "request",
            VersionRange.Parse(message.GetProperty("flexibleVersions").GetString()), FieldSchema.ReadAll(message.GetProperty("fields"), common));
    }
}
