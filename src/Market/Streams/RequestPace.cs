namespace StockPipeline.Market.Streams;

/// <summary>Keeps the requests of one stream within so many in any minute.</summary>
internal sealed class RequestPace(int perMinute)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Queue<TimeSpan> sent = new(perMinute);

    /// <summary>Whether one more may be sent now.</summary>
    public bool IsFree(TimeSpan now)
    {
        while (sent.Count > 0 && now - sent.Peek() >= Minute)
            sent.Dequeue();
        return sent.Count < perMinute;
    }

    public void Count(TimeSpan now) => sent.Enqueue(now);
}
