namespace StockPipeline.Hosting.Status;

/// <summary>
/// The health of one service: the checks and loops it has announced. It is ready when it has announced at least one, every check says ready and
/// every loop has beaten and is not stale; it is alive as long as no loop is stale. Safe from any thread.
/// </summary>
public sealed class Health(string service, TimeProvider clock)
{
    /// <summary>How many checks and loops one service may announce; more would be a leak.</summary>
    public const int MaxEntries = 200;

    private readonly Lock gate = new();
    private readonly Dictionary<string, HealthCheck> checks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LoopProgress> loops = new(StringComparer.Ordinal);

    public string Service { get; } = service;

    public bool IsAlive => Loops.All(loop => !loop.IsStale);

    public bool IsReady
    {
        get
        {
            var (allChecks, allLoops) = (Checks, Loops);
            return allChecks.Count + allLoops.Count > 0
                && allChecks.All(check => check.State == CheckState.Ready)
                && allLoops.All(loop => loop.HasBeaten && !loop.IsStale);
        }
    }

    public IReadOnlyList<HealthCheckView> Checks
    {
        get
        {
            lock (gate)
                return [.. checks.Values.Select(check => check.View)];
        }
    }

    public IReadOnlyList<LoopProgress> Loops
    {
        get
        {
            lock (gate)
                return [.. loops.Values];
        }
    }

    /// <summary>Announces a check, which begins as starting; the same name gives the same check.</summary>
    public HealthCheck Check(string name)
    {
        lock (gate)
        {
            if (!checks.TryGetValue(name, out var check))
            {
                RefuseTooMany();
                checks.Add(name, check = new HealthCheck(name, clock));
            }
            return check;
        }
    }

    /// <summary>Announces a loop that beats at least every <paramref name="staleAfter"/>, counted from now.</summary>
    public LoopProgress Loop(string name, TimeSpan staleAfter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(staleAfter, TimeSpan.Zero);
        lock (gate)
        {
            if (!loops.TryGetValue(name, out var loop))
            {
                RefuseTooMany();
                loops.Add(name, loop = new LoopProgress(name, staleAfter, clock));
            }
            return loop;
        }
    }

    /// <summary>Takes back a check or loop whose work has ended for good, such as that of a partition given to another process.</summary>
    public void Forget(string name)
    {
        lock (gate)
        {
            checks.Remove(name);
            loops.Remove(name);
        }
    }

    private void RefuseTooMany()
    {
        if (checks.Count + loops.Count >= MaxEntries)
            throw new InvalidOperationException($"{Service} announces more than {MaxEntries} checks and loops.");
    }
}
