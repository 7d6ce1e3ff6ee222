using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting;
using StockPipeline.Market.Api;
using StockPipeline.Market.Clock;
using StockPipeline.Market.Limits;

namespace StockPipeline.Workers;

/// <summary>
/// The exchange as the settings describe it: the T-Invest API with a token, or a simulator of it, and the market's time. <c>SIMULATOR_HOST</c>
/// names the simulator that stands in where there is neither a token nor another host.
/// </summary>
public sealed class MarketAccess
{
    private const int SimulatorPort = 15051;
    private const int SimulatorControlPort = 15052;

    private readonly ServiceContext context;
    private readonly InvestApiOptions options;
    private readonly Uri? clock;

    public MarketAccess(ServiceContext context)
    {
        this.context = context;
        var settings = context.Settings;
        var standIn = settings.IsSet("TOKEN") || settings.IsSet("INVEST_API_HOST") ? null : settings.Optional("SIMULATOR_HOST");
        options = new InvestApiOptions
        {
            AccessToken = settings.Secret("TOKEN"),
            Host = standIn is null ? settings.Optional("INVEST_API_HOST") : $"http://{standIn}:{settings.Port("SIMULATOR_PORT", SimulatorPort)}",
            AllowPlainHttp = standIn is not null || settings.Flag("INVEST_API_PLAIN_HTTP", fallback: false),
            ExtraRootCertificates = settings.ExistingFile("INVEST_API_ROOT_CERTIFICATES"),
            IncludeDealerCandles = settings.Flag("INVEST_API_DEALER_CANDLES", fallback: false),
            NetworkClock = context.Clock,
        };
        clock = settings.IsSet("MARKET_CLOCK") ? settings.RequiredUrl("MARKET_CLOCK")
            : standIn is not null ? new Uri($"http://{standIn}:{settings.Port("SIMULATOR_CONTROL_PORT", SimulatorControlPort)}/clock")
            : null;
        Check(settings);
    }

    public InvestApiOptions Options => options;

    /// <summary>Where the market's time is asked; null where it is the machine's.</summary>
    public Uri? ClockAddress => clock;

    /// <summary>A client of the API; the caller disposes of it.</summary>
    /// <param name="market">The market's time: by it the other side counts what it lets through.</param>
    /// <param name="quota">Kept together with others; without one it is this process's own.</param>
    public InvestApiClient Connect(TimeProvider market, IRequestQuota? quota = null) =>
        new(options, quota ?? new InProcessQuota(market), context.Logger<InvestApiClient>());

    /// <summary>Market time: the machine's, or the simulator's where <c>MARKET_CLOCK</c> names it. Waits until the simulator answers.</summary>
    public async Task<TimeProvider> ClockAsync(CancellationToken stop)
    {
        if (clock is null)
            return context.Clock;
        using var http = new HttpClient();
        var backoff = new Backoff(BackoffLimits.Patient, context.Clock);
        while (true)
        {
            try
            {
                return await SimulatedClock.FollowAsync(http, clock, context.Clock, stop);
            }
            catch (Exception unreachable) when (unreachable is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
            {
                Log.ClockUnreachable(context.Logger<MarketAccess>(), clock, unreachable.Message);
                await backoff.PauseAsync(stop);
            }
        }
    }

    private void Check(Settings settings)
    {
        try
        {
            var address = options.Address;
            if (options.AccessToken is null && address.Scheme == "https")
                settings.Reject("TOKEN", "a token of the T-Invest API, or INVEST_API_HOST set to a simulator");
        }
        catch (InvalidOperationException refused)
        {
            settings.Reject("INVEST_API_HOST", refused.Message);
        }
    }
}
