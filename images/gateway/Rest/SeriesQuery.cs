using System.Globalization;

namespace StockPipeline.Gateway.Rest;

/// <summary>Which rows of a series are asked for.</summary>
/// <param name="From">From this open time on, oldest first; null for the last rows.</param>
/// <param name="To">Before this open time; null for up to the newest.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="AsOf">As they were known at this time; null for as they are known now.</param>
internal readonly record struct SeriesQuery(long? From, long? To, int Limit, long? AsOf = null)
{
    public const int MaxRows = 5_000;

    private const int UsualRows = 200;

    /// <returns>What is wrong, in a sentence; nothing when it is understood.</returns>
    public static string? TryRead(IQueryCollection query, out SeriesQuery read)
    {
        read = default;
        var limit = UsualRows;
        if (query.TryGetValue("last", out var last)
            && (!int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit > MaxRows))
        {
            return $"last='{last}' is not a number from 0 to {MaxRows}.";
        }
        if (Instant(query, "from", out var from) is { } wrongFrom)
            return wrongFrom;
        if (Instant(query, "to", out var to) is { } wrongTo)
            return wrongTo;
        if (Instant(query, "asOf", out var asOf) is { } wrongAsOf)
            return wrongAsOf;
        if (query.TryGetValue("cursor", out var cursor))
        {
            if (cursor.ToString() is not ['a' or 'b', .. var number]
                || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
            {
                return $"cursor='{cursor}' is not one that an answer gave.";
            }
            if (cursor.ToString()[0] == 'a')
                from = at;
            else
                (from, to) = (null, at);
        }
        if (from > to)
            return "from is after to.";
        read = new SeriesQuery(from, to, limit, asOf);
        return null;
    }

    /// <summary>The rows of a series that is so long, from one index up to before another.</summary>
    public (int First, int End) Within(int count, Func<long, int> firstFrom)
    {
        var end = To is { } to ? firstFrom(to) : count;
        if (From is not { } from)
            return (Math.Max(0, end - Limit), end);
        var first = firstFrom(from);
        return (first, Math.Min(end, first + Limit));
    }

    /// <summary>Whether rows may be wanted that are older than those of the kept ones that were found.</summary>
    public bool ReachesBefore((int First, int End) rows, long oldest) =>
        From is { } from ? from < oldest : rows.First == 0 && rows.End - rows.First < Limit;

    /// <summary>What asks for the rows after these; nothing when there are none.</summary>
    public string? Next((int First, int End) rows, int count, Func<int, long> timeOf) =>
        From is not null
            ? rows.End < count && rows.End > rows.First && (To is not { } to || timeOf(rows.End) < to) ? Cursor('a', timeOf(rows.End)) : null
            : rows.First > 0 && rows.End > rows.First ? Cursor('b', timeOf(rows.First)) : null;

    public static string? Instant(IQueryCollection query, string name, out long? read)
    {
        read = null;
        if (!query.TryGetValue(name, out var text))
            return null;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            return $"{name}='{text}' is not an instant such as 2026-11-20T07:00:00Z.";
        read = instant.ToUnixTimeMilliseconds();
        return null;
    }

    private static string Cursor(char direction, long time) => string.Create(CultureInfo.InvariantCulture, $"{direction}{time}");
}
