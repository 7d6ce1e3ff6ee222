using System.Text.Json;

namespace StockPipeline.DeployTests.Compose;

/// <summary>One service of a compose file.</summary>
internal sealed record ComposeService(string Name, JsonElement Element)
{
    public string Image => Text("image");

    public bool IsOurs => Image.StartsWith("stockpipeline/", StringComparison.Ordinal);

    public bool RunsOnce => Text("restart") == "no";

    /// <summary>The folder under images/ that it is built from.</summary>
    public string? Built => Element.TryGetProperty("build", out var build) ? build.GetProperty("args").GetProperty("SERVICE").GetString() : null;

    public IReadOnlyDictionary<string, string> Environment => Element.TryGetProperty("environment", out var environment)
        ? environment.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.ToString())
        : new Dictionary<string, string>();

    public IReadOnlyList<string> Ports => Element.TryGetProperty("ports", out var ports) ? [.. ports.EnumerateArray().Select(Port)] : [];

    public IReadOnlyDictionary<string, string> WaitsFor => Element.TryGetProperty("depends_on", out var others)
        && others.ValueKind == JsonValueKind.Object
            ? others.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetProperty("condition").GetString()!)
            : new Dictionary<string, string>();

    public static IReadOnlyList<ComposeService> Of(JsonElement file) =>
        [.. file.GetProperty("services").EnumerateObject().Select(one => new ComposeService(one.Name, one.Value))];

    public bool Has(string property) => Element.TryGetProperty(property, out _);

    public string Text(string property) => Element.TryGetProperty(property, out var value) ? value.ToString() : string.Empty;

    // Version 1.29 writes a port as one text, Compose v2 in parts.
    private static string Port(JsonElement port) => port.ValueKind == JsonValueKind.Object
        ? $"{port.GetProperty("host_ip").GetString()}:{port.GetProperty("published")}:{port.GetProperty("target")}/{port.GetProperty("protocol")}"
        : port.ToString();
}
