namespace StockPipeline.Hosting.Status;

/// <summary>What a health check last said.</summary>
public enum CheckState
{
    Starting,
    Ready,
    Failing,
}
