using Microsoft.Extensions.Time.Testing;

namespace StockPipeline.Testing;

/// <summary>Shows only the time it is told, and counts the timers that wait: so a test knows that the code under test has gone to sleep.</summary>
public sealed class ManualClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private int waiting;

    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>Moves on to an instant; one that has passed changes nothing.</summary>
    public void MoveTo(DateTimeOffset target)
    {
        if (target > GetUtcNow())
            SetUtcNow(target);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new CountedTimer(this, callback, state);
        timer.Start(base.CreateTimer(timer.Fire, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan), dueTime, period);
        return timer;
    }

    private sealed class CountedTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private readonly Lock gate = new();
        private ITimer timer = null!;
        private bool counted;
        private bool repeats;

        public void Start(ITimer inner, TimeSpan dueTime, TimeSpan period)
        {
            timer = inner;
            Change(dueTime, period);
        }

        public void Fire(object? nothing)
        {
            if (!repeats)
                Count(false);
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            repeats = period > TimeSpan.Zero;
            Count(dueTime != Timeout.InfiniteTimeSpan);
            return timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            Count(false);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Count(bool waits)
        {
            lock (gate)
            {
                if (waits != counted)
                    Interlocked.Add(ref clock.waiting, waits ? 1 : -1);
                counted = waits;
            }
        }
    }
}
