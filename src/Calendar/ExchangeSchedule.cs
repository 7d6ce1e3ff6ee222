using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Calendar;

/// <summary>
/// The trading days of one exchange's schedule and the slots they make: a slot of an interval exists when a session overlaps it, and is named
/// by its open. Immutable and safe for many threads; every question but walking the slots is a binary search.
/// </summary>
public sealed class ExchangeSchedule
{
    private readonly TradingDay[] days;
    private readonly KnownDays known;
    private readonly Dictionary<Interval, Lazy<SlotRuns>> runs;

    /// <param name="exchange">The schedule's name.</param>
    /// <param name="days">In order of date, each date once.</param>
    internal ExchangeSchedule(string exchange, IEnumerable<TradingDay> days)
    {
        Exchange = exchange;
        this.days = [.. days];
        known = new KnownDays(this.days.Select(day => day.Date));
        runs = Interval.All.ToDictionary(interval => interval, interval => new Lazy<SlotRuns>(() => new SlotRuns(interval, this.days)));
    }

    public string Exchange { get; }

    /// <summary>Every day of which something is known, in order.</summary>
    public IReadOnlyList<TradingDay> Days => days;

    /// <summary>The day as it is known, trading or not; null when nothing is known of it.</summary>
    public TradingDay? DayOf(DateOnly date)
    {
        var at = known.Find(date);
        return at < 0 ? null : days[at];
    }

    public bool IsKnown(DateOnly date) => known.Find(date) >= 0;

    /// <summary>The slots that open in the range.</summary>
    public SlotSequence Slots(Interval interval, TimeRange range)
    {
        var slots = runs[interval].Value;
        var first = slots.OpensBefore(CeilingMs(range.From));
        return new SlotSequence(slots, first, slots.OpensBefore(CeilingMs(range.To)), CountUnknown(range), backwards: false);
    }

    /// <inheritdoc cref="Slots(Interval, TimeRange)"/>
    public SlotSequence Slots(Interval interval, DateTimeOffset from, DateTimeOffset to) => Slots(interval, new TimeRange(from, to));

    /// <summary>Whether trades are possible in the slot that contains the instant; null on an unknown day.</summary>
    public bool? HasTrading(Interval interval, DateTimeOffset instant) =>
        IsKnown(DateOf(instant)) ? runs[interval].Value.Contains(instant.ToUnixTimeMilliseconds()) : null;

    /// <summary>The first slot that opens after the instant.</summary>
    public SlotAnswer Next(Interval interval, DateTimeOffset after) => Forward(interval, 1, after);

    /// <summary>The last slot that opens before the instant.</summary>
    public SlotAnswer Previous(Interval interval, DateTimeOffset before) => Back(interval, 1, before);

    /// <summary>Counting forward the slots that open after the instant, the one of this number; 1 is the next.</summary>
    public SlotAnswer Forward(Interval interval, int count, DateTimeOffset after)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var slots = runs[interval].Value;
        var number = slots.OpensBefore(after.ToUnixTimeMilliseconds() + 1) + count - 1;
        var unknown = known.FirstUnknownFrom(DateOf(after));
        if (number >= slots.Total)
            return SlotAnswer.Unknown(unknown);
        var open = slots.Open(number);
        return DateOf(open) < unknown ? SlotAnswer.At(open) : SlotAnswer.Unknown(unknown);
    }

    /// <summary>Counting back the slots that open before the instant, the one of this number; 1 is the previous.</summary>
    public SlotAnswer Back(Interval interval, int count, DateTimeOffset before)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var slots = runs[interval].Value;
        var beforeMs = CeilingMs(before);
        var number = slots.OpensBefore(beforeMs) - count;
        var unknown = known.LastUnknownUpTo(DateOf(beforeMs - 1));
        if (number < 0)
            return SlotAnswer.Unknown(unknown);
        var open = slots.Open(number);
        return DateOf(open) > unknown ? SlotAnswer.At(open) : SlotAnswer.Unknown(unknown);
    }

    /// <summary>The session that is on at the instant.</summary>
    public TradingSession? SessionAt(DateTimeOffset instant)
    {
        foreach (var session in DayOf(DateOf(instant))?.Sessions ?? [])
        {
            if (session.Range.Contains(instant))
                return session;
        }
        return null;
    }

    /// <summary>
    /// When the session began that a candle belongs to: the first one that is on while the candle is, or else the last one before it on that day,
    /// or the first after it. An auction belongs to the session that it opens or closes, and a session goes on after a break in it. Null on a day
    /// without sessions, and on one nothing is known of.
    /// </summary>
    public DateTimeOffset? SessionStart(DateTimeOffset open, TimeSpan length)
    {
        if (DayOf(DateOf(open)) is not { IsTradingDay: true } day)
            return null;
        var began = day.Sessions[0].Start;
        for (var at = 0; at < day.Sessions.Count; at++)
        {
            var session = day.Sessions[at];
            if (at > 0 && session.Start >= open + length)
                break;
            if (at > 0 && !GoesOn(day.Sessions[at - 1].Kind, session.Kind))
                began = session.Start;
            if (session.End > open)
                break;
        }
        return began;
    }

    /// <summary>The days of the range that have no schedule, in order.</summary>
    public IEnumerable<DateOnly> UnknownDays(TimeRange range)
    {
        if (range.IsEmpty)
            yield break;
        var last = DateOf(CeilingMs(range.To) - 1);
        for (var date = known.FirstUnknownFrom(DateOf(range.From)); date <= last; date = known.FirstUnknownFrom(date.AddDays(1)))
            yield return date;
    }

    private static bool GoesOn(SessionKind before, SessionKind next) =>
        next == before || next == SessionKind.ClosingAuction || before is SessionKind.OpeningAuction or SessionKind.EveningAuction;

    private int CountUnknown(TimeRange range) => range.IsEmpty ? 0 : known.CountUnknown(DateOf(range.From), DateOf(CeilingMs(range.To) - 1));

    private static DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);

    private static DateOnly DateOf(long unixMs) => DateOf(DateTimeOffset.FromUnixTimeMilliseconds(unixMs));

    /// <summary>Slots open on whole milliseconds; a bound within one counts as the next, so that opens before it stay before it.</summary>
    private static long CeilingMs(DateTimeOffset instant)
    {
        var milliseconds = instant.ToUnixTimeMilliseconds();
        return instant.UtcTicks % TimeSpan.TicksPerMillisecond == 0 ? milliseconds : milliseconds + 1;
    }
}
