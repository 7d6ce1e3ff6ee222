using System.ComponentModel.DataAnnotations;
using System.Net;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Options;
using StockPipeline.Storage.Postgres;

namespace StockPipeline.CatalogApi;

/// <summary>Where the catalog keeps its tables, where it is served, and who may edit.</summary>
public sealed class CatalogOptions : IValidatableObject
{
    public const int DefaultPort = 8020;

    /// <summary>The database: made where the server has none of that name.</summary>
    [ConfigurationKeyName("CATALOG_DATABASE"), Required, Allowed(DatabaseAddress.Allowed)]
    public Secret? DatabaseAddressText { get; set; }

    [ConfigurationKeyName("CATALOG_ADDRESS"), Allowed("an IP address to listen on, such as 127.0.0.1 or 0.0.0.0")]
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>0 takes any that is free.</summary>
    [ConfigurationKeyName("CATALOG_PORT"), Range(0, 65535)]
    public int Port { get; set; } = DefaultPort;

    /// <summary>Whoever edits must know it; without one nobody may.</summary>
    [ConfigurationKeyName("CATALOG_WRITE_KEY")]
    public Secret? WriteKey { get; set; }

    /// <summary>Of the prices that best offers are chosen among.</summary>
    [ConfigurationKeyName("CATALOG_CURRENCY"), RegularExpression("^[A-Z]{3}$"), Allowed("three letters of ISO 4217, such as RUB")]
    public string Currency { get; set; } = "RUB";

    /// <summary>How long after a partner was heard in full its offers count.</summary>
    [ConfigurationKeyName("CATALOG_OFFERS_FRESH_FOR"), DurationRange("1s", "365d")]
    public TimeSpan OfferFreshFor { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an edit waits for its merged record.</summary>
    [ConfigurationKeyName("CATALOG_EDIT_TIMEOUT"), DurationRange("100ms", "5m")]
    public TimeSpan EditPatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pages of other places that may ask from browsers, separated by commas; none by default.</summary>
    [ConfigurationKeyName("CATALOG_CORS_ORIGINS")]
    public string OriginList { get; set; } = "";

    /// <summary>Connections to the database.</summary>
    [ConfigurationKeyName("CATALOG_DATABASE_CONNECTIONS"), Range(2, 1_000)]
    public int MaxDatabaseConnections { get; set; } = 20;

    /// <summary>The database as Npgsql writes it.</summary>
    public string Database => DatabaseAddress.TryParse(DatabaseAddressText!.Reveal(), out var connection)
        ? connection
        : throw new InvalidOperationException("The address of the database was checked at the start.");

    public IReadOnlyList<string> Origins => OriginList.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DatabaseAddressText is { } address && !DatabaseAddress.TryParse(address.Reveal(), out _))
            yield return new ValidationResult(DatabaseAddress.Allowed, [nameof(DatabaseAddressText)]);
    }
}
