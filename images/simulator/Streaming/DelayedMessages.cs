using StockPipeline.Contracts.Instruments;
using StockPipeline.Market.Contract;

namespace StockPipeline.Simulator.Streaming;

/// <summary>Holds what goes out on a stream: a message, or bytes that make none.</summary>
internal readonly record struct Outgoing(MarketDataResponse? Message, byte[]? Malformed = null);

/// <summary>Holds candle messages back. Messages of one candle never overtake each other: the last word on a candle stays the last.</summary>
internal sealed class DelayedMessages(Action<Outgoing> send)
{
    /// <summary>One more, and all go out at once, in their order.</summary>
    private const int MaxHeld = 100_000;

    private readonly PriorityQueue<Outgoing, (long DueMs, long Order)> held = new();
    private readonly Dictionary<(Figi, int, long), long> lastDue = [];
    private long order;

    public void Add(Outgoing message, (Figi Figi, int Period, long OpenMs) candle, long delayMs, TimeProvider clock)
    {
        if (held.Count == 0 && delayMs == 0)
        {
            send(message);
            return;
        }
        if (held.Count >= MaxHeld)
            Release(long.MaxValue);
        var dueMs = Math.Max(clock.GetUtcNow().ToUnixTimeMilliseconds() + delayMs, lastDue.GetValueOrDefault(candle));
        lastDue[candle] = dueMs;
        held.Enqueue(message, (dueMs, order++));
    }

    public void Release(long nowMs)
    {
        while (held.TryPeek(out var message, out var due) && due.DueMs <= nowMs)
        {
            held.Dequeue();
            send(message);
        }
        if (held.Count == 0 && lastDue.Count > 0)
            lastDue.Clear();
    }
}
