namespace StockPipeline.Contracts.Tasks;

/// <summary>A task to be started again and again; topic <c>schedules</c>, key its name.</summary>
public sealed record TaskSchedule
{
    public required string Name { get; init; }

    /// <summary>Whose tasks they are.</summary>
    public required string Owner { get; init; }

    /// <summary>Five fields of cron, or six where the first is the second.</summary>
    public required string Cron { get; init; }

    /// <summary>The time zone the fields are meant in, as IANA names it.</summary>
    public required string Zone { get; init; }

    public required MissedSlots Missed { get; init; }

    public required string Kind { get; init; }

    /// <summary>JSON in its canonical form.</summary>
    public required string Parameters { get; init; }

    public required bool Enabled { get; init; }

    /// <summary>When it came to be what it is; no earlier time is made good.</summary>
    public required DateTimeOffset Since { get; init; }
}
