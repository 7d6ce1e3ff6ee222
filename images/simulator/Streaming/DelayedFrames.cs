using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Simulator.Streaming;

/// <summary>Holds candle messages back. Messages of one candle never overtake each other: the last word on a candle stays the last.</summary>
internal sealed class DelayedFrames(Action<byte[]> send)
{
    /// <summary>One more, and all go out at once, in their order.</summary>
    private const int MaxHeld = 100_000;

    private readonly PriorityQueue<byte[], (long DueMs, long Order)> held = new();
    private readonly Dictionary<(Figi, int, long), long> lastDue = [];
    private long order;

    public void Add(byte[] frame, (Figi Figi, int Period, long OpenMs) candle, long delayMs, TimeProvider clock)
    {
        if (held.Count == 0 && delayMs == 0)
        {
            send(frame);
            return;
        }
        if (held.Count >= MaxHeld)
            Release(long.MaxValue);
        var dueMs = Math.Max(clock.GetUtcNow().ToUnixTimeMilliseconds() + delayMs, lastDue.GetValueOrDefault(candle));
        lastDue[candle] = dueMs;
        held.Enqueue(frame, (dueMs, order++));
    }

    public void Release(long nowMs)
    {
        while (held.TryPeek(out var frame, out var due) && due.DueMs <= nowMs)
        {
            held.Dequeue();
            send(frame);
        }
        if (held.Count == 0 && lastDue.Count > 0)
            lastDue.Clear();
    }
}
