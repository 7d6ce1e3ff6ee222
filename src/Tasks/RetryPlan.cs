namespace StockPipeline.Tasks;

/// <summary>When a task that failed for a reason that may pass is tried again.</summary>
public static class RetryPlan
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];

    /// <summary>Attempts in all, the first included.</summary>
    public static int MaxAttempts => Pauses.Length + 1;

    /// <summary>The pause after this attempt has failed; null where it was the last.</summary>
    public static TimeSpan? After(int attempt) => attempt <= Pauses.Length ? Pauses[attempt - 1] : null;
}
