using System.Collections.Frozen;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Calendar;

/// <summary>
/// When each exchange trades, as far as it is known. Immutable: <see cref="With"/> gives a new calendar. A day nobody has told about is
/// unknown, which is not the same as closed.
/// </summary>
public sealed class TradingCalendar
{
    public static readonly TradingCalendar Empty = new(FrozenDictionary<string, Schedules>.Empty);

    private readonly FrozenDictionary<string, Schedules> exchanges;

    private TradingCalendar(FrozenDictionary<string, Schedules> exchanges) => this.exchanges = exchanges;

    public IEnumerable<string> Exchanges => exchanges.Keys;

    /// <summary>The schedule of this name; one that knows no day when the name is unknown.</summary>
    public ExchangeSchedule Of(string exchange) =>
        exchanges.TryGetValue(exchange, out var schedules) ? schedules.Whole : new ExchangeSchedule(exchange, []);

    /// <summary>The schedule the instrument follows: without weekend sessions for one that does not trade at weekends.</summary>
    public ExchangeSchedule Of(Instrument instrument)
    {
        if (!exchanges.TryGetValue(instrument.Exchange, out var schedules))
            return new ExchangeSchedule(instrument.Exchange, []);
        return instrument.Weekend ? schedules.Whole : schedules.WithoutWeekends.Value;
    }

    /// <summary>
    /// The calendar with these days added. A day known already is replaced, but never a real one by an inferred one.
    /// </summary>
    public TradingCalendar With(IEnumerable<TradingDay> days)
    {
        var changed = exchanges.ToDictionary(StringComparer.Ordinal);
        foreach (var added in days.GroupBy(day => day.Exchange, StringComparer.Ordinal))
        {
            var known = changed.TryGetValue(added.Key, out var schedules)
                ? schedules.Whole.Days.ToDictionary(day => day.Date)
                : [];
            foreach (var day in added)
            {
                Check(day);
                if (!day.Inferred || !known.TryGetValue(day.Date, out var old) || old.Inferred)
                    known[day.Date] = day;
            }
            changed[added.Key] = new Schedules(added.Key, [.. known.Values.OrderBy(day => day.Date)]);
        }
        return new TradingCalendar(changed.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The calendar without this day: it is unknown again.</summary>
    public TradingCalendar Without(string exchange, DateOnly date)
    {
        if (!exchanges.TryGetValue(exchange, out var schedules) || !schedules.Whole.IsKnown(date))
            return this;
        var changed = exchanges.ToDictionary(StringComparer.Ordinal);
        changed[exchange] = new Schedules(exchange, [.. schedules.Whole.Days.Where(day => day.Date != date)]);
        return new TradingCalendar(changed.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>Refuses a day whose sessions are not in order and within its UTC date: all search relies on that.</summary>
    /// <exception cref="ArgumentException">The day cannot be as it says.</exception>
    public static void Check(TradingDay day)
    {
        var dayStart = new DateTimeOffset(day.Date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var last = dayStart;
        foreach (var session in day.Sessions)
        {
            if (session.Start < last || session.End <= session.Start || session.End > dayStart.AddDays(1))
            {
                throw new ArgumentException(
                    $"Session {session.Kind} {session.Start:O} to {session.End:O} of {day.Exchange} on {day.Date:O} is empty, out of order, "
                    + "overlapping or outside its date.");
            }
            last = session.End;
        }
    }

    private sealed class Schedules(string exchange, IReadOnlyList<TradingDay> days)
    {
        public ExchangeSchedule Whole { get; } = new(exchange, days);

        public Lazy<ExchangeSchedule> WithoutWeekends { get; } = new(() => new ExchangeSchedule(exchange, days.Select(WithoutWeekend)));

        /// <summary>The auction that opens weekend trading goes with it.</summary>
        private static TradingDay WithoutWeekend(TradingDay day) => day.Sessions.Any(session => session.Kind == SessionKind.Weekend)
            ? day with { Sessions = [] }
            : day;
    }
}
