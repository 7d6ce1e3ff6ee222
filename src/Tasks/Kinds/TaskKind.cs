using System.Text.Json;

namespace StockPipeline.Tasks.Kinds;

/// <summary>One kind of work that can be asked for: its name, its parameters, its limits.</summary>
public sealed record TaskKind(string Name, string Description, IReadOnlyList<TaskField> Fields)
{
    public TaskWeight Weight { get; init; } = TaskWeight.Light;

    /// <summary>How long it may take where the asker does not say.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What only several parameters together show.</summary>
    public Func<TaskParameters, IEnumerable<FieldProblem>> Check { get; init; } = static _ => [];

    /// <summary>
    /// Reads parameters as somebody sent them: what is not given gets its default, what is wrong or unknown becomes a problem that points to it.
    /// </summary>
    /// <param name="parameters">An object, or nothing at all.</param>
    /// <param name="at">Where it stands in the request.</param>
    /// <param name="canonical">What to keep, when there is no problem.</param>
    public IReadOnlyList<FieldProblem> Read(JsonElement? parameters, string at, out string canonical)
    {
        canonical = "{}";
        if (parameters is { } given && given.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined or JsonValueKind.Null))
            return [new FieldProblem(at, "an object is expected")];
        var named = parameters is { ValueKind: JsonValueKind.Object } found
            ? found.EnumerateObject().GroupBy(one => one.Name).ToDictionary(group => group.Key, group => group.Last().Value)
            : [];
        var problems = new List<FieldProblem>();
        foreach (var unknown in named.Keys.Where(name => Fields.All(field => field.Name != name)))
            problems.Add(new FieldProblem($"{at}/{Escape(unknown)}", $"{Name} has no such parameter; it has {FieldNames}"));
        var values = new Dictionary<string, JsonElement>();
        foreach (var field in Fields)
        {
            if (FieldReader.Read(field, named.TryGetValue(field.Name, out var value) ? value : null, out var kept) is { } wrong)
                problems.Add(new FieldProblem($"{at}/{field.Name}", wrong));
            else if (kept is { } good)
                values[field.Name] = good;
        }
        if (problems.Count > 0)
            return problems;
        canonical = CanonicalJson.Of(JsonSerializer.SerializeToElement(values, TaskJson.Default.DictionaryStringJsonElement));
        return [.. Check(TaskParameters.Parse(canonical)).Select(one => one with { At = at + one.At })];
    }

    private string FieldNames => string.Join(", ", Fields.Select(one => one.Name));

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
