namespace StockPipeline.Hosting.Status;

/// <summary>A health check at one moment.</summary>
public sealed record HealthCheckView(string Name, CheckState State, string Reason, DateTimeOffset Since);
