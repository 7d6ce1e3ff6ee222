using System.Text.Json;
using System.Text.Json.Nodes;

namespace StockPipeline.CatalogApi.V1;

/// <summary>What is wrong with a request, in the shape that clients of the first interface know.</summary>
internal sealed class RequestFaults
{
    private readonly JsonArray details = [];

    public bool Any => details.Count > 0;

    public void Add(string type, JsonNode?[] place, string message, JsonNode? input, JsonObject? context = null)
    {
        var detail = new JsonObject
        {
            ["type"] = type, ["loc"] = new JsonArray(place), ["msg"] = message, ["input"] = input?.DeepClone(),
        };
        if (context is not null)
            detail["ctx"] = context;
        details.Add(detail);
    }

    public string ToJson() => new JsonObject { ["detail"] = details.DeepClone() }.ToJsonString(Json.Options);
}

/// <summary>How the first interface writes JSON: compact, letters as they are.</summary>
internal static class Json
{
    public static readonly JsonSerializerOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonWriterOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
