namespace StockPipeline.Rates.Limits;

/// <summary>What may be asked of one host within any minute. Pure; used by one loop at a time.</summary>
public sealed class RequestBudget(int weightPerMinute)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Queue<(DateTimeOffset At, int Weight)> taken = new();
    private int sum;

    /// <summary>Takes the weight if the minute has room for it.</summary>
    /// <returns>Zero when it was taken, else how long to wait before asking again.</returns>
    public TimeSpan Take(int weight, DateTimeOffset now)
    {
        while (taken.TryPeek(out var oldest) && now - oldest.At >= Window)
            sum -= taken.Dequeue().Weight;
        // A single request heavier than the budget goes alone, or it would never go.
        if (sum > 0 && sum + weight > weightPerMinute)
            return taken.Peek().At + Window - now;
        taken.Enqueue((now, weight));
        sum += weight;
        return TimeSpan.Zero;
    }
}
