using StockPipeline.Hosting.Status;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.Hosting.Services;

/// <summary>
/// One service of a process: what it is called, what is set for it, and how it is. Each has a scope of its own of the process's dependency
/// injection; whatever is scoped there belongs to this service alone.
/// </summary>
public sealed class ServiceInstance
{
    private readonly SortedDictionary<string, string> inEffect = new(StringComparer.Ordinal);

    internal ServiceInstance(string name, IConfiguration configuration, ServiceStage stage)
    {
        Name = name;
        Configuration = configuration;
        Stage = stage;
    }

    /// <summary>Unique in the process; the label of its metrics, health checks and log lines.</summary>
    public string Name { get; }

    /// <summary>The environment, with what is set for this service alone laid over it.</summary>
    public IConfiguration Configuration { get; }

    internal ServiceStage Stage { get; }

    /// <summary>Null until the host is built.</summary>
    public Health? Health { get; internal set; }

    internal Metrics? Metrics { get; set; }

    /// <summary>What was read, defaults included and secrets masked: <c>INTERVAL=1-min MACD_FAST=12</c>.</summary>
    internal string InEffect => string.Join(' ', inEffect.Select(setting => $"{setting.Key}={setting.Value}"));

    internal void Note(IEnumerable<KeyValuePair<string, string>> settings)
    {
        lock (inEffect)
        {
            foreach (var (name, value) in settings)
                inEffect[name] = value;
        }
    }
}

/// <summary>
/// Services that start together and are asked to stop together. Those of a later stage start when all of the earlier ones are ready, and have
/// ended before the earlier ones are asked; so a broker in the same process outlives those who still have something to commit to it.
/// </summary>
#pragma warning disable CA1001 // Lives as long as the process, and has no timer to give back.
internal sealed class ServiceStage
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource stopping = new();

    public CancellationToken Stopping => stopping.Token;

    public bool IsAsked => stopping.IsCancellationRequested;

    public void AskToStop() => stopping.Cancel();
}
