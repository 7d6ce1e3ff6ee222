namespace StockPipeline.Broker.Log;

/// <summary>The parked fetches of one log: as many as connections wait, and those are limited. Safe from any thread.</summary>
internal sealed class LogWaiters
{
    private readonly Lock gate = new();
    private readonly List<LogSignal> signals = [];

    public void Add(LogSignal signal)
    {
        lock (gate)
            signals.Add(signal);
    }

    public void Remove(LogSignal signal)
    {
        lock (gate)
            signals.Remove(signal);
    }

    public void Wake()
    {
        lock (gate)
        {
            foreach (var signal in signals)
                signal.Set();
        }
    }
}
