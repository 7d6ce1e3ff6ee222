namespace StockPipeline.Hosting.Telemetry;

/// <summary>All series of one name.</summary>
internal abstract class Family(string name, string kind, string help, string[] labels)
{
    public string Name { get; } = name;

    public string Kind { get; } = kind;

    public string Help { get; } = help;

    public string[] Labels { get; } = labels;

    /// <summary>Asks that went to the shared series because the limit was reached.</summary>
    public abstract long OverLimit { get; }

    public abstract void Write(PrometheusText text);
}
