using System.ComponentModel.DataAnnotations;
using StockPipeline.Catalog.Merging;
using StockPipeline.Hosting.Options;

namespace StockPipeline.CatalogApi.Rehearsing;

/// <summary>The rules that are to be tried.</summary>
public sealed class RehearsalOptions : IValidatableObject
{
    [ConfigurationKeyName("CATALOG_RULES"), Required, ExistingFile]
    public string? RulesFile { get; set; }

    /// <summary>Differences shown one by one; of the rest only the number.</summary>
    [ConfigurationKeyName("CATALOG_REHEARSE_SHOW"), Range(0, 1_000_000)]
    public int Show { get; set; } = 100;

    [ConfigurationKeyName("CATALOG_STALE_AFTER"), DurationRange("1s", "365d")]
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromDays(1);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RulesFile is not { } file || !File.Exists(file) || Problem(file) is not { } problem)
            yield break;
        yield return new ValidationResult($"rules that can be read; {problem}", [nameof(RulesFile)]);
    }

    private static string? Problem(string file)
    {
        try
        {
            MergeRules.Parse(File.ReadAllText(file));
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }
}
