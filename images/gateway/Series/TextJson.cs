using System.Text.Json.Serialization;

namespace StockPipeline.Gateway.Series;

/// <summary>Quotes texts of others for JSON.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class TextJson : JsonSerializerContext;
