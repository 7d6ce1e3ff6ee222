namespace StockPipeline.Broker.Groups;

/// <summary>
/// One timer for all deadlines of a group. Deadlines mostly move into the future (heartbeats), so it is only ever armed earlier: when it
/// fires too soon, the group looks at its deadlines and arms it again. Not thread safe but for the callback, which comes from the clock.
/// </summary>
internal sealed class GroupTimer(TimeProvider clock, Action fire) : IDisposable
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(1);

    private readonly long started = clock.GetTimestamp();
    private readonly ITimer timer = clock.CreateTimer(_ => fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private TimeSpan armedAt = TimeSpan.MaxValue;

    /// <summary>The group's own time line, which no change of the wall clock bends.</summary>
    public TimeSpan Now => clock.GetElapsedTime(started);

    /// <summary>The moment that is so far away; the group will look at its deadlines then, or before.</summary>
    public TimeSpan After(TimeSpan wait)
    {
        var at = Now + wait;
        Arm(at);
        return at;
    }

    /// <summary>Sees to it that the group looks at its deadlines at this moment, or before.</summary>
    public void Arm(TimeSpan at)
    {
        if (at >= armedAt)
            return;
        armedAt = at;
        var wait = at - Now;
        timer.Change(wait < Soonest ? Soonest : wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>To be called first when the timer fired: from here on it is not armed.</summary>
    public void Fired() => armedAt = TimeSpan.MaxValue;

    public void Dispose() => timer.Dispose();
}
