using System.ComponentModel.DataAnnotations;
using StockPipeline.Hosting.Options;

namespace StockPipeline.CatalogApi.Rehearsing;

/// <summary>The rules that are to be tried.</summary>
public sealed class RehearsalOptions
{
    [ConfigurationKeyName("CATALOG_RULES"), Required, ExistingFile]
    public string? RulesFile { get; set; }

    /// <summary>Differences shown one by one; of the rest only the number.</summary>
    [ConfigurationKeyName("CATALOG_REHEARSE_SHOW"), Range(0, 1_000_000)]
    public int Show { get; set; } = 100;

    [ConfigurationKeyName("CATALOG_STALE_AFTER"), DurationRange("1s", "365d")]
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromDays(1);
}
