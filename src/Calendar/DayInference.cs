using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Calendar;

/// <summary>
/// Past days without a schedule, guessed from the candles of liquid instruments: where several of them traded there was trading, where none
/// of them traded there was none. Pure; what it makes is marked as inferred.
/// </summary>
public static class DayInference
{
    /// <summary>Fewer instruments than this say nothing of the exchange: the day stays unknown.</summary>
    public const int MinInstruments = 3;

    /// <summary>The shortest pause between sessions. Liquid shares trade every minute, and the exchange's own breaks are longer.</summary>
    public static readonly TimeSpan ShortestBreak = TimeSpan.FromMinutes(10);

    /// <summary>Moscow time has no daylight saving since 2014; schedules of earlier years are not guessed by the clock anyway.</summary>
    private static readonly TimeSpan Moscow = TimeSpan.FromHours(3);

    /// <summary>
    /// The sessions of a day from its minute candles.
    /// </summary>
    /// <param name="exchange">The schedule the instruments follow.</param>
    /// <param name="date">A day that is over.</param>
    /// <param name="minutesOf">
    /// For each liquid instrument the opens of its one-minute candles; of an instrument whose history was not loaded nothing, not an empty list.
    /// </param>
    /// <returns>Null when too few instruments are given.</returns>
    public static TradingDay? FromMinutes(string exchange, DateOnly date, IReadOnlyCollection<IReadOnlyCollection<DateTimeOffset>> minutesOf)
    {
        if (minutesOf.Count < MinInstruments)
            return null;
        var dayStart = StartOf(date);
        var day = new TimeRange(dayStart, dayStart.AddDays(1));
        var minutes = minutesOf.SelectMany(opens => opens).Where(day.Contains).Select(Interval.OneMinute.Align).Distinct().Order();
        var stretches = new List<TimeRange>();
        foreach (var open in minutes)
        {
            var close = open + Interval.OneMinute.Length;
            if (stretches.Count > 0 && open - stretches[^1].To < ShortestBreak)
                stretches[^1] = new TimeRange(stretches[^1].From, close);
            else
                stretches.Add(new TimeRange(open, close));
        }
        // Weekend trading ends at 19:00 Moscow time; a Saturday that was made a working day has an evening session.
        var evening = dayStart + TimeSpan.FromHours(19.5) - Moscow;
        var weekend = IsWeekend(date) && stretches.TrueForAll(stretch => stretch.To <= evening);
        return new TradingDay
        {
            Date = date,
            Exchange = exchange,
            Sessions =
            [
                .. stretches.Select(stretch => new TradingSession(weekend ? SessionKind.Weekend : KindOf(date, stretch), stretch.From, stretch.To)),
            ],
            Inferred = true,
        };
    }

    /// <summary>
    /// Days from daily candles, which tell only whether there was trading: at the hours of the template.
    /// </summary>
    /// <param name="exchange">The schedule the instruments follow.</param>
    /// <param name="dates">The days to judge, each of them over.</param>
    /// <param name="datesOf">For each liquid instrument the dates of its daily candles over all of <paramref name="dates"/>.</param>
    /// <param name="weekday">A known day whose hours an ordinary day is given.</param>
    /// <param name="weekend">A known day whose hours a Saturday or Sunday with trades is given; without one the ordinary hours.</param>
    /// <returns>Nothing when too few instruments are given.</returns>
    public static IReadOnlyList<TradingDay> FromDays(
        string exchange,
        IEnumerable<DateOnly> dates,
        IReadOnlyCollection<IReadOnlySet<DateOnly>> datesOf,
        TradingDay weekday,
        TradingDay? weekend = null)
    {
        if (datesOf.Count < MinInstruments)
            return [];
        return [.. dates.Select(Judge)];

        TradingDay Judge(DateOnly date)
        {
            // One instrument may be halted for a day; half of them are not.
            var traded = datesOf.Count(one => one.Contains(date)) * 2 >= datesOf.Count;
            var template = IsWeekend(date) ? weekend ?? weekday : weekday;
            var shift = StartOf(date) - StartOf(template.Date);
            return new TradingDay
            {
                Date = date,
                Exchange = exchange,
                Sessions = traded
                    ? [.. template.Sessions.Select(session => new TradingSession(session.Kind, session.Start + shift, session.End + shift))]
                    : [],
                Inferred = true,
            };
        }
    }

    /// <summary>
    /// What a stretch of trading is, told by when it begins; one that runs on through several sessions is named by its largest part, the main
    /// one.
    /// </summary>
    private static SessionKind KindOf(DateOnly date, TimeRange stretch)
    {
        var noon = StartOf(date) + TimeSpan.FromHours(12) - Moscow;
        var from = stretch.From + Moscow;
        if (stretch.Contains(noon))
            return SessionKind.Main;
        return from.TimeOfDay < TimeSpan.FromHours(9.75) ? SessionKind.Premarket
            : from.TimeOfDay < TimeSpan.FromHours(18.5) ? SessionKind.Main
            : from.TimeOfDay < TimeSpan.FromHours(18.95) ? SessionKind.ClosingAuction
            : SessionKind.Evening;
    }

    private static bool IsWeekend(DateOnly date) => date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    private static DateTimeOffset StartOf(DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
