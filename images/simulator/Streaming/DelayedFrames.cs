using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Simulator.Streaming;

/// <summary>Holds candle messages back. Messages of one candle never overtake each other: the last word on a candle stays the last.</summary>
internal sealed class DelayedFrames(Action<byte[]> send)
{
    /// <summary>Past this, messages go out at once.</summary>
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
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var dueMs = Math.Max(nowMs + delayMs, lastDue.GetValueOrDefault(candle));
        if (held.Count >= MaxHeld || dueMs <= nowMs)
        {
            send(frame);
            return;
        }
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
