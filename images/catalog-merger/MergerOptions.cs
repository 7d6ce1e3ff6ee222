using StockPipeline.Catalog.Merging;
using StockPipeline.Hosting.Options;

namespace StockPipeline.CatalogMerger;

/// <summary>By which rules the merger decides.</summary>
public sealed class MergerOptions
{
    /// <summary>A file in place of the rules that the product comes with.</summary>
    [ConfigurationKeyName("CATALOG_RULES"), ExistingFile]
    public string? RulesFile { get; set; }

    /// <summary>A partner that was not heard in full for as long is preferred no more.</summary>
    [ConfigurationKeyName("CATALOG_STALE_AFTER"), DurationRange("1s", "365d")]
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromDays(1);

    /// <exception cref="FormatException">The file holds no rules; the message says what is wrong and where.</exception>
    public async Task<MergeRules> ReadRulesAsync(CancellationToken cancellationToken)
    {
        if (RulesFile is null)
            return MergeRules.Default;
        try
        {
            return MergeRules.Parse(await File.ReadAllTextAsync(RulesFile, cancellationToken));
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"CATALOG_RULES, {RulesFile}: {wrong.Message}", wrong);
        }
    }
}
