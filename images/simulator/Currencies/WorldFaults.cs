namespace StockPipeline.Simulator.Currencies;

/// <summary>The faults of one world; they are set and taken back while it runs. Thread-safe.</summary>
public sealed class WorldFaults(TimeProvider clock)
{
    public const int MostFaults = 100;

    private volatile Armed[] armed = [];

    public IReadOnlyList<WorldFault> All => [.. Holding().Select(one => one.Fault)];

    /// <summary>Puts these in the place of all others; their times count from now.</summary>
    public void Set(params IReadOnlyList<WorldFault> faults)
    {
        if (faults.Count > MostFaults)
            throw new ArgumentException($"At most {MostFaults} faults can be set.", nameof(faults));
        if (faults.FirstOrDefault(fault => fault.Seconds is <= 0 || fault.Delay < 0) is { } wrong)
            throw new ArgumentException($"The fault {wrong.Kind} has a time that is none.", nameof(faults));
        var now = clock.GetUtcNow();
        armed = [.. faults.Select(fault => new Armed(fault, now))];
    }

    /// <summary>The fault of that kind that strikes the pair now, with the moment it began; null where none does.</summary>
    internal (WorldFault Fault, DateTimeOffset Since)? Find(WorldFaultKind kind, string? symbol = null)
    {
        foreach (var one in Holding())
        {
            if (one.Fault.Kind == kind && (one.Fault.Symbol is null || string.Equals(one.Fault.Symbol, symbol, StringComparison.OrdinalIgnoreCase)))
                return (one.Fault, one.Since);
        }
        return null;
    }

    private IEnumerable<Armed> Holding()
    {
        var now = clock.GetUtcNow();
        return armed.Where(one => one.Fault.Seconds is not { } seconds || now - one.Since < TimeSpan.FromSeconds(seconds));
    }

    private sealed record Armed(WorldFault Fault, DateTimeOffset Since);
}
