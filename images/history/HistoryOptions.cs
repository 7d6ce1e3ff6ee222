using System.ComponentModel.DataAnnotations;
using StockPipeline.Contracts.Connections;
using StockPipeline.Storage.Postgres;

namespace StockPipeline.History;

/// <summary>How one replica works.</summary>
internal sealed class HistoryOptions : IValidatableObject
{
    /// <summary>Of the shared cache; without it the cache is in memory. Holds a password, so it is never shown.</summary>
    [ConfigurationKeyName("DATABASE_URL")]
    public Secret? DatabaseUrl { get; set; }

    /// <summary>Tasks handled at the same time.</summary>
    [ConfigurationKeyName("HISTORY_WORKERS"), Range(1, 64)]
    public int Workers { get; set; } = 8;

    /// <summary>The connection that the address means; null for a cache in memory.</summary>
    public string? Database => DatabaseUrl is { } address && DatabaseAddress.TryParse(address.Reveal(), out var connection) ? connection : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DatabaseUrl is not null && Database is null)
            yield return new ValidationResult(DatabaseAddress.Allowed, [nameof(DatabaseUrl)]);
    }
}
