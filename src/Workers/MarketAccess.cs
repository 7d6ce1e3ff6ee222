using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Market.Api;
using StockPipeline.Market.Clock;
using StockPipeline.Market.Limits;

namespace StockPipeline.Workers;

/// <summary>
/// Where the exchange is: the T-Invest API with a token, or a simulator of it, and the market's time. <c>SIMULATOR_HOST</c> names the simulator
/// that stands in where there is neither a token nor another host.
/// </summary>
public sealed class MarketOptions : IValidatableObject
{
    [ConfigurationKeyName("TOKEN")]
    public Secret? Token { get; set; }

    [ConfigurationKeyName("INVEST_API_HOST")]
    public string? Host { get; set; }

    [ConfigurationKeyName("INVEST_API_PLAIN_HTTP")]
    public bool AllowPlainHttp { get; set; }

    [ConfigurationKeyName("INVEST_API_ROOT_CERTIFICATES"), ExistingFile]
    public string? ExtraRootCertificates { get; set; }

    [ConfigurationKeyName("INVEST_API_DEALER_CANDLES")]
    public bool IncludeDealerCandles { get; set; }

    [ConfigurationKeyName("MARKET_CLOCK")]
    public Uri? MarketClock { get; set; }

    [ConfigurationKeyName("SIMULATOR_HOST")]
    public string? SimulatorHost { get; set; }

    [ConfigurationKeyName("SIMULATOR_PORT"), Range(0, 65535)]
    public int SimulatorPort { get; set; } = 15051;

    [ConfigurationKeyName("SIMULATOR_CONTROL_PORT"), Range(0, 65535)]
    public int SimulatorControlPort { get; set; } = 15052;

    /// <summary>Where the market's time is asked; null where it is the machine's.</summary>
    public Uri? ClockAddress => MarketClock ?? (StandIn is null ? null : new Uri($"http://{StandIn}:{SimulatorControlPort}/clock"));

    private string? StandIn => Token is not null || Host is not null ? null : SimulatorHost;

    public InvestApiOptions ToApiOptions(TimeProvider networkClock) => new()
    {
        AccessToken = Token,
        Host = StandIn is null ? Host : $"http://{StandIn}:{SimulatorPort}",
        AllowPlainHttp = StandIn is not null || AllowPlainHttp,
        ExtraRootCertificates = ExtraRootCertificates,
        IncludeDealerCandles = IncludeDealerCandles,
        NetworkClock = networkClock,
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var options = ToApiOptions(TimeProvider.System);
        string? refusal = null;
        try
        {
            if (options.AccessToken is null && options.Address.Scheme == "https")
                return [new ValidationResult("a token of the T-Invest API, or INVEST_API_HOST set to a simulator", [nameof(Token)])];
        }
        catch (InvalidOperationException refused)
        {
            refusal = refused.Message;
        }
        return refusal is null ? [] : [new ValidationResult(refusal, [nameof(Host)])];
    }
}

/// <summary>The way to the exchange that the settings describe, and the market's time.</summary>
public sealed class MarketAccess(IOptions<MarketOptions> options, TimeProvider machine, ServiceLoggerFactory loggers)
{
    private readonly InvestApiOptions api = options.Value.ToApiOptions(machine);

    public InvestApiOptions Options => api;

    /// <summary>Where the market's time is asked; null where it is the machine's.</summary>
    public Uri? ClockAddress => options.Value.ClockAddress;

    /// <summary>A client of the API; the caller disposes of it.</summary>
    /// <param name="market">The market's time: by it the other side counts what it lets through.</param>
    /// <param name="quota">Kept together with others; without one it is this process's own.</param>
    public InvestApiClient Connect(TimeProvider market, IRequestQuota? quota = null) =>
        new(api, quota ?? new InProcessQuota(market), loggers.CreateLogger<InvestApiClient>());

    /// <summary>Market time: the machine's, or the simulator's where <c>MARKET_CLOCK</c> names it. Waits until the simulator answers.</summary>
    public async Task<TimeProvider> ClockAsync(CancellationToken stop)
    {
        if (ClockAddress is not { } clock)
            return machine;
        using var http = new HttpClient();
        var backoff = new Backoff(BackoffLimits.Patient, machine);
        while (true)
        {
            try
            {
                return await SimulatedClock.FollowAsync(http, clock, machine, stop);
            }
            catch (Exception unreachable) when (unreachable is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
            {
                Log.ClockUnreachable(loggers.CreateLogger<MarketAccess>(), clock, unreachable.Message);
                await backoff.PauseAsync(stop);
            }
        }
    }
}

public static class MarketAccessRegistration
{
    /// <summary>Gives the service its way to the exchange.</summary>
    public static ServiceRegistration WithMarketAccess(this ServiceRegistration service) =>
        service.WithOptions<MarketOptions>().With<MarketAccess>();
}
