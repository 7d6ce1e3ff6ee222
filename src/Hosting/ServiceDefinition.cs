namespace StockPipeline.Hosting;

/// <summary>One named service of a process.</summary>
/// <param name="Name">Unique in the process; the label of its metrics, health checks and log lines.</param>
/// <param name="Create">Reads the settings and makes the service; starts nothing.</param>
public sealed record ServiceDefinition(string Name, Func<ServiceContext, IService> Create)
{
    /// <summary>Settings of this service alone, laid over the environment.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Services of a lower stage start earlier and stop later: a stage starts when all of the one before are ready, and is asked to stop when
    /// all of the one after have ended. So a broker in the same process outlives those who still have something to commit to it.
    /// </summary>
    public int Stage { get; init; }
}
