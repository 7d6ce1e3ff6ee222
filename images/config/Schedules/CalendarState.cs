namespace StockPipeline.Config.Schedules;

/// <summary>For which exchanges and on which market date the calendar was last brought up to date.</summary>
internal sealed class CalendarState
{
    private readonly HashSet<string> exchanges = new(StringComparer.Ordinal);
    private DateOnly? date;

    /// <summary>A new day has begun: the schedule reaches one day further.</summary>
    public bool IsDue(DateTimeOffset now) => date != DateOf(now);

    public bool NeedsMore(IReadOnlySet<string> wanted, DateTimeOffset now) => IsDue(now) || !wanted.IsSubsetOf(exchanges);

    public void Done(IReadOnlySet<string> wanted, DateTimeOffset now)
    {
        exchanges.UnionWith(wanted);
        date = DateOf(now);
    }

    private static DateOnly DateOf(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime);
}
