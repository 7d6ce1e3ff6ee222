using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Currencies;

public static class CurrencyWorldsRegistration
{
    /// <summary>Adds the simulated exchanges of currencies to the process; their time is that of the simulated market beside them.</summary>
    public static void AddCurrencyWorlds(
        this IHostApplicationBuilder builder, string name = "currencies", params IEnumerable<Setting> settings) =>
        builder.AddService<CurrencyWorldsWorker>(name, settings).WithOptions<CurrencyWorldsOptions>();
}

/// <summary>Where the simulated exchanges of currencies listen.</summary>
internal sealed class CurrencyWorldsOptions
{
    [ConfigurationKeyName("SIMULATOR_SEED"), Range(0, int.MaxValue)]
    public int Seed { get; set; } = SimulatorOptions.DefaultSeed;

    [ConfigurationKeyName("SIMULATOR_ADDRESS")]
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    [ConfigurationKeyName("SIMULATOR_CONTROL_PORT"), Range(0, IPEndPoint.MaxPort)]
    public int ControlPort { get; set; } = SimulatorSettings.DefaultControlPort;

    [ConfigurationKeyName("SIMULATOR_BINANCE_PORT"), Range(0, IPEndPoint.MaxPort)]
    public int BinancePort { get; set; } = CurrencyWorldOptions.UsualBinancePort;

    [ConfigurationKeyName("SIMULATOR_COINGECKO_PORT"), Range(0, IPEndPoint.MaxPort)]
    public int CoinGeckoPort { get; set; } = CurrencyWorldOptions.UsualCoinGeckoPort;

    [ConfigurationKeyName("SIMULATOR_KRAKEN_PORT"), Range(0, IPEndPoint.MaxPort)]
    public int KrakenPort { get; set; } = CurrencyWorldOptions.UsualKrakenPort;
}

/// <summary>Plays the exchanges of currencies.</summary>
internal sealed class CurrencyWorldsWorker(
    IOptions<CurrencyWorldsOptions> options, Health health, TimeProvider clock, ServiceLoggerFactory loggers, ILogger<CurrencyWorldsWorker> log)
    : PipelineWorker
{
    private readonly HealthCheck open = health.Check("exchanges");

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var told = options.Value;
        var market = await MarketTime.OfNeighbourAsync(told.ControlPort, clock, open, cancellationToken);
        var worlds = await CurrencyWorlds.StartAsync(
            new CurrencyWorldOptions
            {
                Seed = told.Seed, Address = told.Address, BinancePort = told.BinancePort, CoinGeckoPort = told.CoinGeckoPort,
                KrakenPort = told.KrakenPort, LoggerFactory = loggers,
            },
            market, cancellationToken);
        await using (worlds.ConfigureAwait(false))
        {
            Log.CurrenciesOpen(log, worlds.Binance.Endpoint, worlds.CoinGecko.Endpoint, worlds.Kraken.Endpoint);
            open.Ready();
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
        }
    }
}
