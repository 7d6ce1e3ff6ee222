using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Options;
using StockPipeline.RatesService.Links;
using StockPipeline.Storage.Postgres;

namespace StockPipeline.RatesService;

/// <summary>What the collector of rates is told.</summary>
internal sealed class RatesOptions : System.ComponentModel.DataAnnotations.IValidatableObject
{
    private const string KeysAllowed = "module=key pairs separated by commas, such as coingecko-simple-price=CG-…";

    /// <summary>Where trade_info is; without it the usual rows hold and cannot be edited.</summary>
    [ConfigurationKeyName("DATABASE_URL"), Allowed(DatabaseAddress.Allowed)]
    public Secret? Database { get; set; }

    /// <summary>Other hosts in the place of those that rows name.</summary>
    [ConfigurationKeyName("RATES_HOSTS"), Allowed(HostMap.Allowed)]
    public HostMap Hosts { get; set; } = HostMap.Empty;

    /// <summary>The keys of accounts, by module.</summary>
    [ConfigurationKeyName("RATES_KEYS"), Allowed(KeysAllowed)]
    public Secret? Keys { get; set; }

    /// <summary>A simulator whose time is followed; without it the machine's holds.</summary>
    [ConfigurationKeyName("RATES_CLOCK")]
    public Uri? Clock { get; set; }

    /// <summary>How the database is reached; null where there is none.</summary>
    public string? Connection => Database is { } address && DatabaseAddress.TryParse(address.Reveal(), out var connection) ? connection : null;

    public IReadOnlyDictionary<string, Secret> KeysByModule =>
        Pairs().Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => new Secret(pair[1]));

    public IEnumerable<System.ComponentModel.DataAnnotations.ValidationResult> Validate(
        System.ComponentModel.DataAnnotations.ValidationContext validationContext)
    {
        if (Database is not null && Connection is null)
            yield return new(DatabaseAddress.Allowed, [nameof(Database)]);
        if (Pairs().Any(pair => pair is not [{ Length: > 0 }, { Length: > 0 }]))
            yield return new(KeysAllowed, [nameof(Keys)]);
    }

    private IEnumerable<string[]> Pairs() => (Keys?.Reveal() ?? "")
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2));
}
