namespace StockPipeline.Tasks;

/// <summary>Times as topics keep them: what is written reads back as the same.</summary>
public static class WholeMilliseconds
{
    public static DateTimeOffset Now(this TimeProvider clock) =>
        DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
