using System.Text.Json.Serialization;

namespace StockPipeline.Bench.Websocket;

/// <summary>The answers of the parts, as lines.</summary>
[JsonSerializable(typeof(ServedStretch))]
[JsonSerializable(typeof(HeardStretch))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed partial class FanoutJson : JsonSerializerContext;
