using System.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace StockPipeline.Simulator.Currencies;

/// <summary>Where the simulated exchanges of currencies are, and which market they show.</summary>
public sealed record CurrencyWorldOptions
{
    public const int UsualBinancePort = 15061;

    public const int UsualCoinGeckoPort = 15062;

    public const int UsualKrakenPort = 15063;

    public int Seed { get; init; } = SimulatorOptions.DefaultSeed;

    /// <summary>Coins beside the usual ones, for measuring.</summary>
    public int MadeUpCoins { get; init; }

    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes any port that is free.</summary>
    public int BinancePort { get; init; }

    public int CoinGeckoPort { get; init; }

    public int KrakenPort { get; init; }

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
