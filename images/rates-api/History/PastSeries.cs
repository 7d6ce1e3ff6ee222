namespace StockPipeline.RatesApi.History;

/// <summary>
/// The past of one rate: the minutes of a day and a little more, and what was before in hours and days. Pure; one thread at a time.
/// </summary>
internal sealed class PastSeries
{
    public const int KeptMinutes = 1_560;

    public const int KeptHours = 24 * 21;

    public const int KeptDays = 400;

    private const int HourMinutes = 60;

    private const int DayMinutes = 24 * 60;

    private readonly List<PastBar> minutes = [];
    private readonly List<PastBar> hours = [];
    private readonly List<PastBar> days = [];

    /// <summary>Takes the newest word on a minute.</summary>
    public void Put(in PastBar minute)
    {
        var at = Find(minutes, minute.OpenMinute);
        if (at >= 0)
        {
            minutes[at] = minute;
            return;
        }
        // Older than what is kept in minutes: it has been counted in its hour and its day.
        if (minutes.Count == KeptMinutes && ~at == 0)
            return;
        minutes.Insert(~at, minute);
        if (minutes.Count <= KeptMinutes)
            return;
        Fold(hours, minutes[0], HourMinutes, KeptHours);
        Fold(days, minutes[0], DayMinutes, KeptDays);
        minutes.RemoveAt(0);
    }

    /// <summary>The candles in [from, to), in minutes since 1970, the newest ones where there are more than the limit.</summary>
    public IReadOnlyList<PastBar> Read(HistoryStep step, long from, long to, int limit)
    {
        var all = step switch
        {
            HistoryStep.Minute => minutes,
            HistoryStep.Hour => Whole(hours, HourMinutes, KeptHours),
            _ => Whole(days, DayMinutes, KeptDays),
        };
        return [.. all.Where(bar => bar.OpenMinute >= from && bar.OpenMinute < to).TakeLast(limit)];
    }

    /// <summary>What was folded, and what is in the minutes still.</summary>
    private List<PastBar> Whole(List<PastBar> folded, int length, int kept)
    {
        var whole = new List<PastBar>(folded);
        foreach (var minute in minutes)
            Fold(whole, minute, length, kept);
        return whole;
    }

    private static void Fold(List<PastBar> bars, in PastBar minute, int length, int kept)
    {
        var open = minute.OpenMinute / length * length;
        var at = Find(bars, open);
        if (at >= 0)
            bars[at] = bars[at].With(minute);
        else
            bars.Insert(~at, minute with { OpenMinute = open });
        if (bars.Count > kept)
            bars.RemoveAt(0);
    }

    /// <summary>Where a bar is, or the complement of where it belongs; nearly always that is the end.</summary>
    private static int Find(List<PastBar> bars, int openMinute)
    {
        if (bars.Count == 0 || bars[^1].OpenMinute < openMinute)
            return ~bars.Count;
        var (low, high) = (0, bars.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (bars[middle].OpenMinute == openMinute)
                return middle;
            if (bars[middle].OpenMinute < openMinute)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }
}
