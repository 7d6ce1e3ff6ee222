using System.Globalization;
using System.Text.Json;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Tasks.Kinds;

/// <summary>The parameters of one task, checked already, as its worker reads them.</summary>
public sealed class TaskParameters
{
    private readonly JsonElement root;

    private TaskParameters(JsonElement root) => this.root = root;

    /// <exception cref="FormatException">It is not JSON: somebody wrote an order by hand.</exception>
    public static TaskParameters Parse(string canonical)
    {
        try
        {
            using var document = JsonDocument.Parse(canonical);
            return new TaskParameters(document.RootElement.Clone());
        }
        catch (JsonException broken)
        {
            throw new FormatException($"The parameters of the task are not JSON: {broken.Message}", broken);
        }
    }

    public string? Optional(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <exception cref="FormatException">It is not there.</exception>
    public string Text(string name) => Optional(name) ?? throw new FormatException($"The task has no parameter {name}.");

    public Interval Interval(string name) => Contracts.Time.Interval.Parse(Text(name));

    public DateTimeOffset? Instant(string name) => Optional(name) is { } text
        ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)
        : null;

    /// <exception cref="FormatException">It is not there.</exception>
    public long Number(string name) => Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number)
        ? number
        : throw new FormatException($"The task has no number {name}.");

    /// <summary>A list of texts; null where it was not given.</summary>
    public IReadOnlyList<string>? List(string name) => Find(name) is { ValueKind: JsonValueKind.Array } value
        ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
        : null;

    /// <summary>Names with their numbers or words, as texts.</summary>
    public IReadOnlyDictionary<string, string> Numbers(string name) => Find(name) is { ValueKind: JsonValueKind.Object } value
        ? value.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.ToString())
        : [];

    private JsonElement? Find(string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) ? value : null;
}
