namespace StockPipeline.Contracts.Alerts;

/// <summary>One wish to be told; topic <c>alerts</c>, key <c>owner/id</c>. A tombstone ends it.</summary>
public sealed record AlertRule
{
    /// <summary>Whose it is: an account of the gateway, or a chat.</summary>
    public required string Owner { get; init; }

    public required string Id { get; init; }

    public required AlertCondition Condition { get; init; }

    /// <summary>How far a line must go back before it can be told of again: a share of the level.</summary>
    public double Margin { get; init; }

    /// <summary>Told each time; otherwise once.</summary>
    public bool Repeats { get; init; }

    /// <summary>No second time within this, counted from close to close.</summary>
    public TimeSpan Cooldown { get; init; }

    /// <summary>What closed before does not count.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What closes after it does not count.</summary>
    public DateTimeOffset? Expires { get; init; }

    public AlertKey Key => new(Owner, Id);
}
