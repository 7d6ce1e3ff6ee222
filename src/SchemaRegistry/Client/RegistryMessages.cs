using System.Text.Json.Serialization;

namespace StockPipeline.SchemaRegistry.Client;

/// <summary>The JSON of the registry's REST API, as a client sees it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SchemaMessage))]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(CompatibleMessage))]
[JsonSerializable(typeof(ConfigMessage))]
[JsonSerializable(typeof(ConfigChangeMessage))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int[]))]
internal sealed partial class RegistryMessages : JsonSerializerContext;

/// <summary>A schema, in whatever part of it the request or the answer gives.</summary>
internal sealed record SchemaMessage
{
    public string? Subject { get; init; }

    public int? Version { get; init; }

    public int? Id { get; init; }

    /// <summary>Left out for Avro.</summary>
    public string? SchemaType { get; init; }

    public string? Schema { get; init; }
}

internal sealed record ErrorMessage
{
    [JsonPropertyName("error_code")]
    public int? ErrorCode { get; init; }

    public string? Message { get; init; }
}

internal sealed record CompatibleMessage
{
    [JsonPropertyName("is_compatible")]
    public bool IsCompatible { get; init; }

    public IReadOnlyList<string>? Messages { get; init; }
}

internal sealed record ConfigMessage
{
    public string? CompatibilityLevel { get; init; }
}

internal sealed record ConfigChangeMessage
{
    public string? Compatibility { get; init; }
}
