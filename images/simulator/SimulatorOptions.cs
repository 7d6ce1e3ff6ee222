using System.Net;
using System.Security.Cryptography.X509Certificates;
using StockPipeline.Simulator.Api;
using StockPipeline.Simulator.Faults;

namespace StockPipeline.Simulator;

/// <summary>Says how a simulated market is to behave; everything has a default that suits one machine.</summary>
public sealed record SimulatorOptions
{
    public const int DefaultSeed = 1;

    /// <summary>The same seed is the same market, and the same dice for the faults.</summary>
    public int Seed { get; init; } = DefaultSeed;

    /// <summary>Market seconds in one real second.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Market time at the start; unset is now, or the start of the recording that is replayed.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>The address to listen on.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port of the API, HTTP/2; 0 takes any that is free.</summary>
    public int Port { get; init; }

    /// <summary>The port of the control pages, HTTP/1.1; 0 takes any that is free.</summary>
    public int ControlPort { get; init; }

    /// <summary>With a certificate the API is served over TLS, without one in clear text.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The tokens that are let in; with none given, anybody is.</summary>
    public IReadOnlySet<string> Tokens { get; init; } = new HashSet<string>();

    public ApiQuotas Quotas { get; init; } = new();

    /// <summary>A folder that <c>record</c> wrote, or one of history-data CSV files: played instead of the synthetic market.</summary>
    public string? ReplayFolder { get; init; }

    /// <summary>A candle that is open when it is subscribed is sent at once. The API often does so and never promises it.</summary>
    public bool SnapshotOnSubscribe { get; init; } = true;

    /// <summary>Streams older than this (in market time) are ended, as the API does for maintenance; unset never.</summary>
    public TimeSpan? LongestStream { get; init; }

    public IReadOnlyList<FaultRule> Faults { get; init; } = [];

    public ILoggerFactory LoggerFactory { get; init; } = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;

    /// <summary>The real clock that the market's clock runs on.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>Says what one token may ask for; the defaults are the limits of the API in 2026. Minutes are minutes of the market.</summary>
public sealed record ApiQuotas
{
    public const int DefaultStreams = 32;

    public int MarketDataPerMinute { get; init; } = 600;

    public int InstrumentsPerMinute { get; init; } = 200;

    /// <summary>The heavy list of all shares.</summary>
    public int SharesPerMinute { get; init; } = 15;

    public int UsersPerMinute { get; init; } = 100;

    /// <summary>Market-data streams open at once.</summary>
    public int Streams { get; init; } = DefaultStreams;

    public int SubscriptionsPerStream { get; init; } = 300;

    public int RequestsPerStreamMinute { get; init; } = 100;

    internal int LimitOf(Quota group) => group switch
    {
        Quota.MarketData => MarketDataPerMinute,
        Quota.Instruments => InstrumentsPerMinute,
        Quota.Shares => SharesPerMinute,
        _ => UsersPerMinute,
    };
}
