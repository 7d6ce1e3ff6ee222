namespace StockPipeline.Broker.Log;

/// <summary>How often the logs are looked after.</summary>
internal sealed record MaintenanceIntervals
{
    public TimeSpan Flush { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan Retention { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Cleaning { get; init; } = TimeSpan.FromSeconds(15);
}
