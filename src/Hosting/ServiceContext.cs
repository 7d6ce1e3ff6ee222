using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.Hosting;

/// <summary>
/// What a service is made from. Settings are read while it is made and not later; the rest may be used at any time, from any thread.
/// </summary>
public sealed class ServiceContext
{
    public required string Name { get; init; }

    public required Settings Settings { get; init; }

    public required ILoggerFactory LoggerFactory { get; init; }

    public required TimeProvider Clock { get; init; }

    public required Health Health { get; init; }

    /// <summary>Null outside a host.</summary>
    public StatusPages? Pages { get; init; }

    /// <summary>Every series made here carries the label <c>service</c> with this service's name.</summary>
    public required Metrics Metrics { get; init; }

    public ILogger<T> Logger<T>() => LoggerFactory.CreateLogger<T>();
}
