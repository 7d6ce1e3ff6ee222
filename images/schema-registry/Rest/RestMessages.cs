using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StockPipeline.SchemaRegistryServer.Rest;

/// <summary>The JSON of the REST API.</summary>
[JsonSerializable(typeof(SchemaRequest))]
[JsonSerializable(typeof(SettingRequest))]
[JsonSerializable(typeof(SchemaAnswer))]
[JsonSerializable(typeof(SchemaAnswer[]))]
[JsonSerializable(typeof(CompatibilityAnswer))]
[JsonSerializable(typeof(LevelAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(int))]
internal sealed partial class RestMessages : JsonSerializerContext
{
    /// <summary>A schema is a text of JSON within JSON; its quotes and letters stay readable.</summary>
    public static RestMessages Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

internal sealed record SchemaRequest
{
    public string? Schema { get; init; }

    public string? SchemaType { get; init; }

    public IReadOnlyList<ReferenceMessage>? References { get; init; }
}

internal sealed record ReferenceMessage
{
    public string? Name { get; init; }
}

/// <summary>What sets a level or a mode, and the answer to it.</summary>
internal sealed record SettingRequest
{
    public string? Compatibility { get; init; }

    public string? Mode { get; init; }
}

internal sealed record SchemaAnswer
{
    public string? Subject { get; init; }

    public int? Version { get; init; }

    public int? Id { get; init; }

    /// <summary>Left out for Avro, as clients of old expect.</summary>
    public string? SchemaType { get; init; }

    public string? Schema { get; init; }
}

internal sealed record CompatibilityAnswer
{
    [JsonPropertyName("is_compatible")]
    public bool IsCompatible { get; init; }

    public IReadOnlyList<string>? Messages { get; init; }
}

internal sealed record LevelAnswer
{
    public string? CompatibilityLevel { get; init; }
}

internal sealed record ErrorAnswer
{
    [JsonPropertyName("error_code")]
    public int ErrorCode { get; init; }

    public string? Message { get; init; }
}
