using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Calendar;

/// <summary>
/// Past days without a schedule, inferred from the candles of liquid instruments and from days whose schedule is known: where the instruments
/// traded in a session of such a day, that session took place, whole and with its auctions; what they traded beside it is added. An inferred
/// day holds rather too much than too little, for a slot without trades is soon proven empty, and one that is not there is never missed.
/// Pure; what it makes is marked as inferred.
/// </summary>
public static class DayInference
{
    /// <summary>Fewer instruments than this say nothing of the exchange: the day stays unknown.</summary>
    public const int MinInstruments = 3;

    /// <summary>The shortest pause between sessions. Liquid shares trade every minute, and the exchange's own breaks are longer.</summary>
    public static readonly TimeSpan ShortestBreak = TimeSpan.FromMinutes(10);

    /// <summary>So many days nearest to the one in question are tried as its pattern.</summary>
    private const int MostPatterns = 40;

    /// <summary>Sessions begin and end at whole five minutes, and seldom trade in the very first and the very last one.</summary>
    private static readonly Interval Grid = Interval.FiveMinutes;

    /// <summary>Moscow time has no daylight saving since 2014; schedules of earlier years are not guessed by the clock anyway.</summary>
    private static readonly TimeSpan Moscow = TimeSpan.FromHours(3);

    /// <summary>
    /// The sessions of a day from its candles, the shorter the better.
    /// </summary>
    /// <param name="exchange">The schedule the instruments follow.</param>
    /// <param name="date">A day that is over.</param>
    /// <param name="interval">Of the candles.</param>
    /// <param name="opensOf">
    /// For each liquid instrument the opens of its candles; of an instrument whose history was not loaded nothing, not an empty list.
    /// </param>
    /// <param name="known">Days of the exchange whose sessions are known. The one that leaves the fewest candles over is the pattern.</param>
    /// <returns>Null when too few instruments are given.</returns>
    public static TradingDay? FromCandles(
        string exchange,
        DateOnly date,
        Interval interval,
        IReadOnlyCollection<IReadOnlyCollection<DateTimeOffset>> opensOf,
        IEnumerable<TradingDay> known)
    {
        if (opensOf.Count < MinInstruments)
            return null;
        var day = new TimeRange(StartOf(date), StartOf(date.AddDays(1)));
        var traded = opensOf.SelectMany(opens => opens).Where(day.Contains).Select(interval.Align).Distinct().Order()
            .Select(open => new TimeRange(open, open + interval.Length)).ToList();
        var held = Patterns(date, known).Select(pattern => Held(Shifted(pattern, date), traded)).MinBy(held => Beside(held, traded).Count()) ?? [];
        var stretches = Stretches(held, Beside(held, traded));
        // Weekend trading ends at 19:00 Moscow time; a Saturday that was made a working day has an evening session.
        var evening = day.From + TimeSpan.FromHours(19.5) - Moscow;
        var weekend = held.Count > 0 ? IsWeekendTrading(held) : IsWeekend(date) && stretches.TrueForAll(stretch => stretch.To <= evening);
        var added = stretches.Select(stretch => new TradingSession(weekend ? SessionKind.Weekend : KindOf(date, stretch), stretch.From, stretch.To));
        return new TradingDay
        {
            Date = date, Exchange = exchange, Sessions = [.. held.Concat(added).OrderBy(session => session.Start)], Inferred = true,
        };
    }

    /// <summary>
    /// Days from daily candles, which tell only whether there was trading: at the hours of the nearest known day of the same kind.
    /// </summary>
    /// <param name="exchange">The schedule the instruments follow.</param>
    /// <param name="dates">The days to judge, each of them over.</param>
    /// <param name="datesOf">For each liquid instrument the dates of its daily candles over all of <paramref name="dates"/>.</param>
    /// <param name="known">Days of the exchange whose sessions are known; a Saturday or Sunday may take the hours of an ordinary day.</param>
    /// <returns>Nothing when too few instruments are given, and no day whose hours nobody knows.</returns>
    public static IReadOnlyList<TradingDay> FromDays(
        string exchange, IEnumerable<DateOnly> dates, IReadOnlyCollection<IReadOnlySet<DateOnly>> datesOf, IReadOnlyCollection<TradingDay> known)
    {
        return datesOf.Count < MinInstruments ? [] : [.. dates.Select(Judge).OfType<TradingDay>()];

        TradingDay? Judge(DateOnly date)
        {
            // One instrument may be halted for a day; half of them are not.
            if (datesOf.Count(one => one.Contains(date)) * 2 < datesOf.Count)
                return new TradingDay { Date = date, Exchange = exchange, Sessions = [], Inferred = true };
            return Patterns(date, known).FirstOrDefault() is { } pattern
                ? new TradingDay { Date = date, Exchange = exchange, Sessions = Shifted(pattern, date), Inferred = true }
                : null;
        }
    }

    /// <summary>Known days a day may have been like, the likeliest first. Weekend trading is for Saturdays and Sundays.</summary>
    private static IEnumerable<TradingDay> Patterns(DateOnly date, IEnumerable<TradingDay> known) => known
        .Where(day => day.IsTradingDay && (IsWeekend(date) || !IsWeekendTrading(day.Sessions)))
        .OrderBy(day => Math.Abs(day.Date.DayNumber - date.DayNumber)).Take(MostPatterns)
        .OrderBy(day => IsWeekendTrading(day.Sessions) != IsWeekend(date));

    private static List<TradingSession> Shifted(TradingDay pattern, DateOnly date)
    {
        var shift = StartOf(date) - StartOf(pattern.Date);
        return [.. pattern.Sessions.Select(session => new TradingSession(session.Kind, session.Start + shift, session.End + shift))];
    }

    /// <summary>The sessions in which something was traded, and the auctions that open or close them.</summary>
    private static List<TradingSession> Held(List<TradingSession> sessions, List<TimeRange> traded)
    {
        var held = sessions.Where(session => traded.Exists(one => session.Start <= one.From && one.To <= session.End)).ToList();
        return [.. sessions.Where(session => held.Contains(session)
            || (IsAuction(session.Kind) && held.Exists(other => other.Start == session.End || other.End == session.Start)))];
    }

    /// <summary>What was traded outside of the sessions.</summary>
    private static IEnumerable<TimeRange> Beside(List<TradingSession> sessions, List<TimeRange> traded) =>
        traded.Where(one => !sessions.Exists(session => session.Range.Overlaps(one)));

    /// <summary>Trades that follow each other as stretches of trading, without what the sessions have already.</summary>
    private static List<TimeRange> Stretches(List<TradingSession> sessions, IEnumerable<TimeRange> traded)
    {
        var stretches = new List<TimeRange>();
        foreach (var one in traded)
        {
            var wide = Widened(one, sessions);
            if (stretches.Count > 0 && wide.From - stretches[^1].To < ShortestBreak
                && !sessions.Exists(session => stretches[^1].To <= session.Start && session.End <= wide.From))
                stretches[^1] = new TimeRange(stretches[^1].From, wide.To);
            else
                stretches.Add(wide);
        }
        return stretches;
    }

    private static TimeRange Widened(TimeRange traded, List<TradingSession> sessions)
    {
        var from = Grid.Align(traded.From);
        var to = Grid.IsAligned(traded.To) ? traded.To : Grid.NextOpen(traded.To);
        foreach (var session in sessions)
        {
            from = session.End <= traded.From && session.End > from ? session.End : from;
            to = session.Start >= traded.To && session.Start < to ? session.Start : to;
        }
        return new TimeRange(from, to);
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

    private static bool IsAuction(SessionKind kind) => kind is SessionKind.OpeningAuction or SessionKind.ClosingAuction or SessionKind.EveningAuction;

    private static bool IsWeekendTrading(IEnumerable<TradingSession> sessions) => sessions.Any(session => session.Kind == SessionKind.Weekend);

    private static bool IsWeekend(DateOnly date) => date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    private static DateTimeOffset StartOf(DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
