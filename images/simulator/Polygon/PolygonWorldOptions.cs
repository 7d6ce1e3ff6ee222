using System.Net;

namespace StockPipeline.Simulator.Polygon;

/// <summary>How the simulated polygon.io is to behave.</summary>
public sealed record PolygonWorldOptions
{
    public const int UsualPort = 15064;

    public int Seed { get; init; } = SimulatorOptions.DefaultSeed;

    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes any that is free.</summary>
    public int Port { get; init; }

    /// <summary>Whether keys are of the free plan.</summary>
    public bool IsFree { get; init; }

    /// <summary>The keys that are known; with none given, any is.</summary>
    public IReadOnlySet<string> Keys { get; init; } = new HashSet<string>();

    /// <summary>Splits by ticker.</summary>
    public IReadOnlyDictionary<string, (DateOnly Date, int From, int To)> Splits { get; init; } =
        new Dictionary<string, (DateOnly, int, int)>();

    /// <summary>Market time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public ILoggerFactory LoggerFactory { get; init; } = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;
}
