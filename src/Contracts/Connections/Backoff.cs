namespace StockPipeline.Contracts.Connections;

/// <summary>
/// The pauses between tries: each doubles the one before up to the cap, and half of it is left to chance so that many clients of one
/// server do not return in step. Used by one loop at a time.
/// </summary>
public sealed class Backoff
{
#pragma warning disable RS0030 // Chance that nobody has to draw again: it spreads retries. Tests hand in their own.
    /// <summary>Random numbers from 0 to 1, for jitter and nothing else. Safe from any thread.</summary>
    public static readonly Func<double> Jitter = Random.Shared.NextDouble;
#pragma warning restore RS0030

    private readonly BackoffLimits limits;
    private readonly TimeProvider clock;
    private readonly Func<double> chance;

    /// <param name="limits">Checked here: a pause of nothing would make a busy loop.</param>
    /// <param name="clock">What the pauses are measured by.</param>
    /// <param name="chance">Gives numbers from 0 to 1; by default random ones.</param>
    public Backoff(BackoffLimits limits, TimeProvider clock, Func<double>? chance = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limits.First, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.Cap, limits.First);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.Attempts, 1);
        this.limits = limits;
        this.clock = clock;
        this.chance = chance ?? Jitter;
    }

    /// <summary>Failures in a row so far.</summary>
    public int Failures { get; private set; }

    /// <summary>Counts a failure; gives the pause before the next try, or null when the limit of tries is reached.</summary>
    public TimeSpan? NextPause()
    {
        Failures = Failures == int.MaxValue ? int.MaxValue : Failures + 1;
        if (Failures >= limits.Attempts)
            return null;
        var full = Math.Min(limits.Cap.TotalMilliseconds, limits.First.TotalMilliseconds * Math.Pow(2, Math.Min(Failures - 1, 62)));
        return TimeSpan.FromMilliseconds(full * (0.5 + (0.5 * chance())));
    }

    /// <summary>Counts a failure and waits; false at once, without waiting, when the limit of tries is reached.</summary>
    public async Task<bool> PauseAsync(CancellationToken stop)
    {
        if (NextPause() is not { } pause)
            return false;
        await WaitAsync(pause, stop);
        return true;
    }

    /// <summary>Waits out a pause that <see cref="NextPause"/> gave, for callers that say it before they wait.</summary>
    public Task WaitAsync(TimeSpan pause, CancellationToken stop) => Task.Delay(pause, clock, stop);

    /// <summary>What is connected again starts over.</summary>
    public void Succeeded() => Failures = 0;
}
