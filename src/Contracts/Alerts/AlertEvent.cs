namespace StockPipeline.Contracts.Alerts;

/// <summary>
/// Something happened that somebody wants to hear of; topic <c>alert-events</c>, key <c>FIGI/owner/id/openTime</c>: one for each rule and candle.
/// </summary>
public sealed record AlertEvent
{
    public required string Owner { get; init; }

    public required string RuleId { get; init; }

    public required AlertCondition Condition { get; init; }

    /// <summary>Of the candle with which it happened.</summary>
    public required DateTimeOffset OpenTime { get; init; }

    /// <summary>A repair has made it untrue: it did not happen.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>It was not known when its candle closed: a repair has made it true, or nobody was there to see it.</summary>
    public bool IsLate { get; init; }

    /// <summary>What the line was, or by how much the price had changed; the seconds of silence.</summary>
    public required double Value { get; init; }

    /// <summary>What it was held against.</summary>
    public required double Threshold { get; init; }

    /// <summary>When it was said.</summary>
    public required DateTimeOffset SaidAt { get; init; }

    public AlertEventKey Key => new(Condition.Figi, new AlertKey(Owner, RuleId), OpenTime);
}
