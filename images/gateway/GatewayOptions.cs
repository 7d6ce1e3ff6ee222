using System.ComponentModel.DataAnnotations;
using System.Net;
using StockPipeline.Contracts.Connections;
using StockPipeline.Gateway.Live;
using StockPipeline.Gateway.People;
using StockPipeline.Hosting.Options;
using StockPipeline.Storage.Postgres;
using StockPipeline.Tasks;

namespace StockPipeline.Gateway;

/// <summary>Where a gateway listens, whom it lets in and how much it keeps.</summary>
internal sealed class GatewayOptions : IValidatableObject
{
    [ConfigurationKeyName("GATEWAY_ADDRESS")]
    public IPAddress ListenAddress { get; set; } = IPAddress.Loopback;

    [ConfigurationKeyName("GATEWAY_PORT"), Range(0, IPEndPoint.MaxPort)]
    public int Port { get; set; } = 8080;

    [ConfigurationKeyName("AUTH"), AllowedValues("off", "password", "trusted")]
    public string AuthName { get; set; } = "off";

    /// <summary>Origins of pages that may use the gateway, beside its own: those of proxies before it.</summary>
    [ConfigurationKeyName("GATEWAY_ORIGINS")]
    public string OriginList { get; set; } = "";

    /// <summary>Rows kept of each series.</summary>
    [ConfigurationKeyName("GATEWAY_KEEP"), Range(50, 100_000)]
    public int KeptRows { get; set; } = 1_000;

    [ConfigurationKeyName("GATEWAY_MAX_SOCKETS"), Range(1, 200_000)]
    public int MaxSockets { get; set; } = 10_000;

    [ConfigurationKeyName("GATEWAY_MAX_SOCKETS_ADDRESS"), Range(1, 200_000)]
    public int MaxSocketsOfAddress { get; set; } = 10_000;

    [ConfigurationKeyName("GATEWAY_MAX_SUBSCRIPTIONS"), Range(1, 10_000)]
    public int MaxSubscriptions { get; set; } = 512;

    /// <summary>Requests of one address in a minute, before it is asked to wait.</summary>
    [ConfigurationKeyName("GATEWAY_REQUESTS_A_MINUTE"), Range(1, 10_000_000)]
    public int RequestsAMinute { get; set; } = 1_200;

    /// <summary>Services whose health and metrics are shown, where they are not in this process.</summary>
    [ConfigurationKeyName("GATEWAY_SERVICES")]
    public string ServiceList { get; set; } = "";

    /// <summary>Tasks of one person or program that have not ended.</summary>
    [ConfigurationKeyName("GATEWAY_TASKS_OPEN"), Range(1, 100_000)]
    public int OpenTasks { get; set; } = TaskLimits.Default.MaxOpen;

    /// <summary>Tasks that one person or program starts within an hour.</summary>
    [ConfigurationKeyName("GATEWAY_TASKS_AN_HOUR"), Range(1, 10_000_000)]
    public int TasksAnHour { get; set; } = TaskLimits.Default.MaxPerHour;

    /// <summary>Opens the two paths of the gateway that came before, which know no accounts.</summary>
    [ConfigurationKeyName("LEGACY_GATEWAY")]
    public bool IsLegacyOpen { get; set; }

    [ConfigurationKeyName("MARKET_CLOCK"), UrlSchemes("http", "https")]
    public Uri? MarketClock { get; set; }

    /// <summary>Where accounts, tokens and watchlists are kept; without it the page keeps watchlists in the browser.</summary>
    [ConfigurationKeyName("DATABASE_URL")]
    public Secret? DatabaseUrl { get; set; }

    public IPEndPoint Address => new(ListenAddress, Port);

    public AuthMode Auth => AuthName switch { "password" => AuthMode.Password, "trusted" => AuthMode.Trusted, _ => AuthMode.Off };

    public IReadOnlyList<string> Origins => Split(OriginList);

    public IReadOnlyList<Uri> Services => [.. Split(ServiceList).Select(text => new Uri(text))];

    public LiveLimits Limits => new()
    {
        MaxSockets = MaxSockets, MaxSocketsOfAddress = MaxSocketsOfAddress, MaxSubscriptions = MaxSubscriptions,
    };

    public TaskLimits TaskLimits => TaskLimits.Default with { MaxOpen = OpenTasks, MaxPerHour = TasksAnHour };

    public Secret? Database => DatabaseUrl is { } address && DatabaseAddress.TryParse(address.Reveal(), out var connection)
        ? new Secret(connection) : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Auth == AuthMode.Off && !IPAddress.IsLoopback(ListenAddress))
        {
            yield return new ValidationResult(
                $"password, or trusted where only trusted people reach the port: GATEWAY_ADDRESS is {ListenAddress}, not this machine alone",
                [nameof(AuthName)]);
        }
        if (DatabaseUrl is not null && Database is null)
            yield return new ValidationResult(DatabaseAddress.Allowed, [nameof(DatabaseUrl)]);
        if (Auth == AuthMode.Password && DatabaseUrl is null)
        {
            yield return new ValidationResult(
                $"{DatabaseAddress.Allowed}: with AUTH=password accounts are kept there", [nameof(DatabaseUrl)]);
        }
        if (IsLegacyOpen && Auth == AuthMode.Password)
        {
            yield return new ValidationResult(
                "LEGACY_GATEWAY is 'true' and AUTH is 'password'; its paths know no accounts: allowed with AUTH=off or AUTH=trusted",
                [nameof(IsLegacyOpen)]);
        }
        if (Split(ServiceList).Any(text => !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")))
        {
            yield return new ValidationResult("addresses such as http://macd-1-min:8080, separated by commas", [nameof(ServiceList)]);
        }
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
