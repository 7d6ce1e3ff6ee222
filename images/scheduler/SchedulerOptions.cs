namespace StockPipeline.Scheduler;

/// <summary>The rhythms of the scheduler.</summary>
public sealed record SchedulerOptions
{
    public static readonly SchedulerOptions Default = new();

    /// <summary>How often it is looked what is due.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A time of a schedule that is no older than this was not missed.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Missed times of one schedule that are made good at once.</summary>
    public int MaxMissed { get; init; } = 100;

    /// <summary>
    /// After this a queued task is ordered again, for whoever accepted it may have died before it was; the wait then doubles, because usually the
    /// workers are merely busy.
    /// </summary>
    public TimeSpan OrderAgainAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long past its deadline a running task may still say how it ended.</summary>
    public TimeSpan LateBy { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often ended tasks are looked through.</summary>
    public TimeSpan ForgetEvery { get; init; } = TimeSpan.FromMinutes(10);
}
