using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace StockPipeline.CatalogApi.V1;

/// <summary>The arguments of one request, checked as the first interface checked them; what is wrong is collected, all of it.</summary>
internal sealed partial class Arguments
{
    private const int MaxBodyBytes = 1024 * 1024;
    private const string NotWhole = "Input should be a valid integer, unable to parse string as an integer";

    private readonly HttpContext http;
    private JsonObject? body;

    private Arguments(HttpContext http) => this.http = http;

    public RequestFaults Faults { get; } = new();

    public static Arguments Of(HttpContext http) => new(http);

    public static async Task<Arguments> WithBodyAsync(HttpContext http)
    {
        var arguments = new Arguments(http);
        await arguments.ReadBodyAsync();
        return arguments;
    }

    public string Query(string name, string fallback) => http.Request.Query.TryGetValue(name, out var given) ? given[^1] ?? "" : fallback;

    /// <summary>The page and its size, within their bounds.</summary>
    public (int Page, int Size) Paging() => (QueryNumber("page", 1, 1, int.MaxValue), QueryNumber("size", 50, 1, 100));

    /// <summary>A number in the path.</summary>
    public int Path(string name)
    {
        var text = http.Request.RouteValues[name]?.ToString() ?? "";
        return Number(["path", name], text, JsonValue.Create(text));
    }

    /// <summary>A text in the body.</summary>
    public string Text(string name) => Required(name, out var value) ? TextOf(name, value) ?? "" : "";

    /// <summary>A text in the body that has to be there and may be null.</summary>
    public string? NullableText(string name) => Required(name, out var value) && value is not null ? TextOf(name, value) : null;

    /// <summary>A text in the body that may be missing, which null is as well.</summary>
    public string? OptionalText(string name) => body?[name] is { } value ? TextOf(name, value) : null;

    /// <summary>A whole number in the body.</summary>
    public int Id(string name)
    {
        if (!Required(name, out var value))
            return 0;
        if (value is JsonValue number && number.TryGetValue<string>(out var text))
            return Number(["body", name], text, value);
        if (value is JsonValue whole && whole.GetValueKind() == JsonValueKind.Number)
        {
            var written = whole.ToJsonString();
            if (decimal.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && decimal.Truncate(exact) == exact)
                return Number(["body", name], exact.ToString("0", CultureInfo.InvariantCulture), value);
            Faults.Add("int_from_float", ["body", name], "Input should be a valid integer, got a number with a fractional part", value);
            return 0;
        }
        Faults.Add("int_type", ["body", name], "Input should be a valid integer", value);
        return 0;
    }

    private string? TextOf(string name, JsonNode? value)
    {
        if (value is JsonValue text && text.TryGetValue<string>(out var said))
            return said;
        Faults.Add("string_type", ["body", name], "Input should be a valid string", value);
        return null;
    }

    private bool Required(string name, out JsonNode? value)
    {
        value = null;
        if (body is null)
            return false;
        if (body.TryGetPropertyValue(name, out value))
            return true;
        Faults.Add("missing", ["body", name], "Field required", body);
        return false;
    }

    private int QueryNumber(string name, int fallback, int least, int most)
    {
        if (!http.Request.Query.TryGetValue(name, out var given))
            return fallback;
        var text = given[^1] ?? "";
        if (!WholeNumber().IsMatch(text))
        {
            Faults.Add("int_parsing", ["query", name], NotWhole, text);
            return fallback;
        }
        var number = decimal.Parse(text, CultureInfo.InvariantCulture);
        if (number < least)
        {
            Faults.Add("greater_than_equal", ["query", name], $"Input should be greater than or equal to {least}", text,
                new JsonObject { ["ge"] = least });
            return fallback;
        }
        if (number > most)
        {
            Faults.Add("less_than_equal", ["query", name], $"Input should be less than or equal to {most}", text, new JsonObject { ["le"] = most });
            return fallback;
        }
        return (int)number;
    }

    private int Number(JsonNode?[] place, string text, JsonNode? input)
    {
        if (!WholeNumber().IsMatch(text))
        {
            Faults.Add("int_parsing", place, NotWhole, input);
            return 0;
        }
        var number = decimal.Parse(text, CultureInfo.InvariantCulture);
        if (number is >= int.MinValue and <= int.MaxValue)
            return (int)number;
        Faults.Add(
            "less_than_equal", place, $"Input should be less than or equal to {int.MaxValue}", input, new JsonObject { ["le"] = int.MaxValue });
        return 0;
    }

    private async Task ReadBodyAsync()
    {
        using var bytes = new MemoryStream();
        await http.Request.Body.CopyToAsync(bytes, http.RequestAborted);
        if (bytes.Length == 0)
        {
            Faults.Add("missing", ["body"], "Field required", null);
            return;
        }
        try
        {
            var node = JsonNode.Parse(bytes.GetBuffer().AsSpan(0, (int)Math.Min(bytes.Length, MaxBodyBytes)));
            body = node as JsonObject;
            if (body is null)
            {
                Faults.Add(
                    "model_attributes_type", ["body"], "Input should be a valid dictionary or object to extract fields from", node);
            }
        }
        catch (JsonException broken)
        {
            Faults.Add(
                "json_invalid", ["body", broken.BytePositionInLine ?? 0], "JSON decode error", new JsonObject(),
                new JsonObject { ["error"] = "Expecting value" });
        }
    }

    [GeneratedRegex(@"^\s*[+-]?\d{1,25}(\.0{1,9})?\s*$")]
    private static partial Regex WholeNumber();
}
