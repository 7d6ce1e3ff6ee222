using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StockPipeline.Simulator.Telegram;

/// <summary>What a call was given, however it was written: as JSON, a form, a query or a form with files.</summary>
internal sealed class TelegramArguments
{
    private readonly Dictionary<string, JsonNode?> values = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, byte[]> files = new(StringComparer.OrdinalIgnoreCase);

    public static async Task<TelegramArguments> ReadAsync(HttpContext http)
    {
        var arguments = new TelegramArguments();
        foreach (var (name, value) in http.Request.Query)
            arguments.values[name] = value.ToString();
        if (http.Request.HasFormContentType)
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            foreach (var (name, value) in form)
                arguments.values[name] = value.ToString();
            foreach (var file in form.Files)
            {
                using var bytes = new MemoryStream();
                await file.CopyToAsync(bytes, http.RequestAborted);
                arguments.files[file.Name] = bytes.ToArray();
            }
        }
        else if (http.Request.HasJsonContentType()
            && await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted) is JsonObject body)
        {
            foreach (var (name, value) in body)
                arguments.values[name] = value;
        }
        return arguments;
    }

    public string? Text(string name) => values.GetValueOrDefault(name) switch
    {
        null => null,
        JsonValue value => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(),
        { } other => other.ToJsonString(),
    };

    public long? Number(string name) =>
        Text(name) is { } text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A value with a structure: forms carry it as text.</summary>
    public JsonNode? Structure(string name) => values.GetValueOrDefault(name) switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String => JsonNode.Parse(value.GetValue<string>()),
        { } node => node.DeepClone(),
        null => null,
    };

    /// <summary>The bytes of a file: of that name, or of the one it is attached under.</summary>
    public byte[]? File(string name)
    {
        const string Attached = "attach://";
        return files.GetValueOrDefault(name)
            ?? (Text(name) is { } text && text.StartsWith(Attached, StringComparison.Ordinal)
                ? files.GetValueOrDefault(text[Attached.Length..]) : null);
    }
}
