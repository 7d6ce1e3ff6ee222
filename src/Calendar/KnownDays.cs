namespace StockPipeline.Calendar;

/// <summary>Which dates have a schedule, known or inferred. Immutable.</summary>
internal sealed class KnownDays
{
    private readonly int[] numbers;
    private readonly int[] stretchStarts;
    private readonly int[] stretchEnds;

    /// <param name="dates">Ascending, each once.</param>
    public KnownDays(IEnumerable<DateOnly> dates)
    {
        numbers = [.. dates.Select(date => date.DayNumber)];
        stretchStarts = new int[numbers.Length];
        stretchEnds = new int[numbers.Length];
        for (var at = 0; at < numbers.Length; at++)
            stretchStarts[at] = at > 0 && numbers[at - 1] == numbers[at] - 1 ? stretchStarts[at - 1] : numbers[at];
        for (var at = numbers.Length - 1; at >= 0; at--)
            stretchEnds[at] = at < numbers.Length - 1 && numbers[at + 1] == numbers[at] + 1 ? stretchEnds[at + 1] : numbers[at];
    }

    /// <summary>The place of the date among the known ones, negative when it is unknown.</summary>
    public int Find(DateOnly date) => Array.BinarySearch(numbers, date.DayNumber);

    /// <summary>The first unknown date at this one or later.</summary>
    public DateOnly FirstUnknownFrom(DateOnly date)
    {
        var at = Find(date);
        return at < 0 ? date : DateOnly.FromDayNumber(stretchEnds[at] + 1);
    }

    /// <summary>The last unknown date at this one or earlier.</summary>
    public DateOnly LastUnknownUpTo(DateOnly date)
    {
        var at = Find(date);
        return at < 0 ? date : DateOnly.FromDayNumber(stretchStarts[at] - 1);
    }

    /// <summary>How many dates of those from the first to the last, both included, are unknown.</summary>
    public int CountUnknown(DateOnly first, DateOnly last)
    {
        if (last < first)
            return 0;
        var from = Find(first);
        var to = Find(last);
        var known = (to < 0 ? ~to : to + 1) - (from < 0 ? ~from : from);
        return last.DayNumber - first.DayNumber + 1 - known;
    }
}
