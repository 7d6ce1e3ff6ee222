using StockPipeline.Calendar;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Lack.Counting;
using StockPipeline.Testing;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.LackTests;

/// <summary>One series with its counter, a market that knows all candles, and a history that answers like the real one.</summary>
internal sealed class CountedSeries
{
    public const int Needed = 200;

    public const int Depth = 20;

    public static readonly DateTimeOffset Start = new(2025, 5, 28, 9, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    private readonly Interval interval;
    private readonly ManualClock clock = new(Start);
    private readonly Dictionary<DateTimeOffset, Gap> topic = [];
    private readonly HashSet<DateTimeOffset> known = [];
    private SeriesLedger ledger = new();
    private LackCounter counter;

    /// <param name="interval">Of the candles.</param>
    /// <param name="random">Decides which slots have trades.</param>
    /// <param name="liquidity">The part of the slots that has trades.</param>
    /// <param name="calendarDays">How many days back the calendar knows.</param>
    public CountedSeries(Interval interval, Random random, double liquidity, int calendarDays)
    {
        this.interval = interval;
        Real = Calendar(1_500);
        Schedule = Calendar(calendarDays);
        Truth = [.. Real.Slots(interval, Start.AddDays(-1_500), Start.AddDays(1)).Where(_ => random.NextDouble() < liquidity)];
        counter = Restarted();
    }

    public ExchangeSchedule Real { get; }

    public ExchangeSchedule Schedule { get; }

    public IReadOnlyList<DateTimeOffset> Truth { get; }

    public List<HistoryTask> Tasks { get; } = [];

    public DateTimeOffset? Begins { get; init; }

    public bool HistoryAnswers { get; set; } = true;

    public int Count => counter.Count;

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Lives for a while, with a live stream.</summary>
    /// <param name="time">How long.</param>
    /// <param name="restartEvery">The worker is killed at each of these looks and reads its topics anew; 0 for never.</param>
    public void Run(TimeSpan time, int restartEvery = 0)
    {
        var end = Now + time;
        for (var look = 1; Now < end; look++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            if (interval.IsAligned(Now) && Truth.Contains(Now - interval.Length))
                Take(Now - interval.Length);
            if (restartEvery > 0 && look % restartEvery == 0)
                counter = Restarted();
            if (counter.Evaluate(Now, Now, Now, Schedule, Begins) is not { } step)
                continue;
            topic[step.Key.From] = step.Entry!;
            Tasks.Add(step.Task!);
            if (HistoryAnswers)
                Answer(step.Task!);
        }
    }

    private static ExchangeSchedule Calendar(int days) => TradingCalendar.Empty.With(Enumerable.Range(-days, days + 10).Select(day =>
    {
        var midnight = Interval.OneDay.Align(Start).AddDays(day);
        var closed = midnight.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || midnight is { Month: 5, Day: 1 or 9 };
        return new TradingDay
        {
            Date = DateOnly.FromDateTime(midnight.UtcDateTime), Exchange = "exchange",
            Sessions = closed ? [] : [new TradingSession(SessionKind.Main, midnight.AddHours(4), midnight.AddHours(20))],
        };
    })).Of("exchange");

    private LackCounter Restarted()
    {
        ledger = new SeriesLedger();
        foreach (var entry in topic.Values)
            ledger.Read(entry, Now);
        var key = new SeriesKey(new Figi("BBG004730N88"), interval);
        counter = new LackCounter(key, Needed, Depth, TimeSpan.FromDays(1_000), ReaskPause.Usual, ledger, Guid.NewGuid);
        foreach (var open in known)
            counter.Take(open);
        return counter;
    }

    private void Take(DateTimeOffset open)
    {
        known.Add(open);
        counter.Take(open);
    }

    private void Answer(HistoryTask task)
    {
        var end = interval.Align(Now - Settling) is var settled && settled < task.To ? settled : task.To;
        if (end <= task.From)
            return;
        var found = Truth.Where(open => task.From <= open && open < end).ToList();
        found.ForEach(Take);
        var answer = topic[task.From] with { To = end, State = found.Count > 0 ? GapState.Filled : GapState.Empty, UpdatedAt = Now };
        topic[task.From] = answer;
        ledger.Read(answer, Now);
    }
}
