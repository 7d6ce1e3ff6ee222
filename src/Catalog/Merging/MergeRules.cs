using System.Text.Json;
using System.Text.Json.Serialization;

namespace StockPipeline.Catalog.Merging;

/// <summary>Who wins where partners differ. Read from rules.json; what it does not name follows the default.</summary>
public sealed record MergeRules
{
    /// <summary>The rule of everything that has none of its own.</summary>
    public const string Anything = "*";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>The rules that the product comes with.</summary>
    public static MergeRules Default { get; } = ReadDefault();

    /// <summary>By the code of the attribute, or name, brand, description; the rule of * is that of all others.</summary>
    public IReadOnlyDictionary<string, MergeRule> Attributes { get; init; } = new Dictionary<string, MergeRule>();

    /// <summary>The attributes that a complete product knows.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Numbers that differ by no more than this share of the greater one agree.</summary>
    public double Tolerance { get; init; } = 0.01;

    public MergeRule RuleOf(string field) =>
        Attributes.TryGetValue(field, out var rule) || Attributes.TryGetValue(Anything, out rule) ? rule : MergeRule.None;

    /// <exception cref="FormatException">The text is no such rules; the message says what is wrong and where.</exception>
    public static MergeRules Parse(string json)
    {
        try
        {
            var rules = JsonSerializer.Deserialize<MergeRules>(json, Json) ?? throw new FormatException("the rules are empty");
            if (rules.Tolerance is < 0 or > 0.5)
                throw new FormatException($"tolerance is {rules.Tolerance}; allowed: 0 to 0.5");
            return rules;
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"line {wrong.LineNumber + 1}, {wrong.Path ?? "$"}: {wrong.Message}", wrong);
        }
    }

    private static MergeRules ReadDefault()
    {
        using var stream = typeof(MergeRules).Assembly.GetManifestResourceStream("rules.json")
            ?? throw new InvalidOperationException("The assembly holds no rules.json.");
        using var text = new StreamReader(stream);
        return Parse(text.ReadToEnd());
    }
}

/// <summary>The rule of one attribute.</summary>
/// <param name="Prefer">Partners in the order in which they are believed while they are fresh.</param>
/// <param name="Closed">A list of which one partner's word holds, instead of all partners' together.</param>
public sealed record MergeRule(IReadOnlyList<string>? Prefer = null, bool Closed = false)
{
    public static readonly MergeRule None = new();

    /// <summary>The place in the order of preference; the higher the number, the less it is preferred.</summary>
    public int RankOf(string partner)
    {
        for (var i = 0; i < (Prefer?.Count ?? 0); i++)
        {
            if (string.Equals(Prefer![i], partner, StringComparison.Ordinal))
                return i;
        }
        return int.MaxValue;
    }
}
