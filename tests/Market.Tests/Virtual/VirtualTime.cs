using StockPipeline.Testing;

namespace StockPipeline.MarketTests.Virtual;

/// <summary>
/// Time that passes only when told to, and a single thread on which everything awaited goes on: what happens, happens in the same order every
/// time, however busy the machine is.
/// </summary>
internal sealed class VirtualTime : SynchronizationContext, IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    private readonly Queue<(SendOrPostCallback Callback, object? State)> posted = [];
    private readonly SynchronizationContext? before = Current;
    private readonly int thread = Environment.CurrentManagedThreadId;

    public VirtualTime(DateTimeOffset start)
    {
        Clock = new ManualClock(start);
        SetSynchronizationContext(this);
    }

    public ManualClock Clock { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public override void Post(SendOrPostCallback d, object? state)
    {
        // Whatever comes from another thread comes at a time of its own, and the run could not be repeated.
        if (Environment.CurrentManagedThreadId != thread)
            throw new InvalidOperationException("Something has left the one thread of virtual time.");
        posted.Enqueue((d, state));
    }

    public void Pass(TimeSpan length)
    {
        for (var end = Now + length; Now < end;)
        {
            Clock.Advance(Step);
            Settle();
        }
    }

    /// <summary>Lets everything go on that can without time passing.</summary>
    public void Settle()
    {
        while (posted.TryDequeue(out var next))
            next.Callback(next.State);
    }

    public void Dispose() => SetSynchronizationContext(before);
}
