namespace StockPipeline.Contracts.Time;

/// <summary>A span of time, its start inside and its end outside: [From, To).</summary>
public readonly record struct TimeRange
{
    public TimeRange(DateTimeOffset from, DateTimeOffset to)
    {
        if (to < from)
            throw new ArgumentException($"A range cannot end ({to:O}) before it starts ({from:O}).");
        From = from;
        To = to;
    }

    public DateTimeOffset From { get; }

    public DateTimeOffset To { get; }

    public TimeSpan Length => To - From;

    public bool IsEmpty => From == To;

    public bool Contains(DateTimeOffset instant) => From <= instant && instant < To;

    public bool Overlaps(TimeRange other) => From < other.To && other.From < To;

    public override string ToString() => $"[{From:yyyy-MM-ddTHH:mm:ssZ}, {To:yyyy-MM-ddTHH:mm:ssZ})";
}
