using StockPipeline.Calendar;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gaps;
using StockPipeline.Gaps.Finding;
using StockPipeline.Workers.Asking;
using StockPipeline.Market.History;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.GapsTests;

/// <summary>One instrument for a month: an exchange with weekends and holidays, a stream that may lose candles, and a history that answers.</summary>
internal sealed class SimulatedMonth
{
    public const string Exchange = "exchange";

    public static readonly DateTimeOffset Start = new(2025, 4, 25, 0, 0, 0, TimeSpan.Zero);

    private readonly Interval interval;
    private readonly Random random;
    private readonly double lost;
    private readonly HashSet<DateTimeOffset> truth = [];
    private readonly List<HistoryTask> waiting = [];
    private readonly List<LedgerStep> said = [];

    /// <param name="interval">Of the candles.</param>
    /// <param name="random">Decides everything.</param>
    /// <param name="liquidity">The part of the slots that has trades.</param>
    /// <param name="lost">The part of the candles the stream loses.</param>
    public SimulatedMonth(Interval interval, Random random, double liquidity, double lost)
    {
        (this.interval, this.random, this.lost) = (interval, random, lost);
        Settings = new GapsSettings(interval, TimeSpan.FromSeconds(60), TimeSpan.FromHours(1), ReaskPause.Usual, TimeSpan.FromDays(60));
        Schedule = TradingCalendar.Empty.With(Enumerable.Range(0, 31).Select(day => Day(DateOnly.FromDateTime(Start.AddDays(day).UtcDateTime))))
            .Of(Exchange);
        foreach (var slot in Schedule.Slots(interval, Start, Start.AddDays(31)))
        {
            if (random.NextDouble() < liquidity)
                truth.Add(slot);
        }
        Gaps = Restarted(Start);
    }

    public GapsSettings Settings { get; }

    public ExchangeSchedule Schedule { get; }

    public SeriesLedger Ledger { get; private set; } = new();

    public InstrumentGaps Gaps { get; private set; }

    public List<HistoryTask> Tasks { get; } = [];

    public Dictionary<DateTimeOffset, Gap> Topic { get; } = [];

    public HashSet<DateTimeOffset> Candles { get; } = [];

    public IEnumerable<DateTimeOffset> Truth => truth;

    /// <summary>Runs to the end of the month.</summary>
    /// <param name="restartChance">How likely the worker is killed at each minute, and reads its topics anew.</param>
    public void Run(double restartChance)
    {
        for (var now = Start; now < Start.AddDays(31); now += TimeSpan.FromMinutes(1))
        {
            var closed = now - interval.Length;
            if (truth.Contains(closed) && (Candles.Count == 0 || random.NextDouble() >= lost))
                Take(closed);
            if (random.NextDouble() < restartChance)
                Gaps = Restarted(now);
            Gaps.Evaluate(new Moment(now, Machine(now)), Schedule, null, now, said);
            Write();
            Answer(now);
        }
    }

    /// <summary>The market runs sixty times as fast as the machine.</summary>
    private static DateTimeOffset Machine(DateTimeOffset market) => Start + ((market - Start) / 60);

    private static TradingDay Day(DateOnly date)
    {
        var holiday = date is { Month: 5, Day: 1 or 9 };
        var start = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var weekend = date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        return new TradingDay
        {
            Date = date,
            Exchange = Exchange,
            Sessions = holiday ? [] : weekend
                ? [new TradingSession(SessionKind.Weekend, start.AddHours(7), start.AddHours(9))]
                : [new TradingSession(SessionKind.Main, start.AddHours(7), start.AddHours(12)), new TradingSession(SessionKind.Evening,
                    start.AddHours(13), start.AddHours(15.5))],
        };
    }

    private InstrumentGaps Restarted(DateTimeOffset now)
    {
        Ledger = new SeriesLedger();
        foreach (var entry in Topic.Values)
            Ledger.Read(entry, Machine(now));
        var gaps = new InstrumentGaps(Sample.Figi, Settings, Ledger, Guid.NewGuid);
        foreach (var open in Candles)
            gaps.Take(open);
        return gaps;
    }

    private void Take(DateTimeOffset open)
    {
        Candles.Add(open);
        Gaps.Take(open);
    }

    private void Write()
    {
        foreach (var step in said)
        {
            if (step.Entry is { } entry)
                Topic[step.Key.From] = entry;
            else
                Topic.Remove(step.Key.From);
            if (step.Task is { } task)
            {
                Tasks.Add(task);
                waiting.Add(task);
            }
        }
        said.Clear();
    }

    private void Answer(DateTimeOffset now)
    {
        foreach (var task in waiting.Where(_ => random.Next(4) > 0).ToList())
        {
            waiting.Remove(task);
            var end = interval.Align(now - CandleHistory.Settling) is var settled && settled < task.To ? settled : task.To;
            if (end <= task.From)
                continue;
            var found = Schedule.Slots(interval, task.From, end).Where(truth.Contains).ToList();
            found.ForEach(Take);
            var answer = Sample.Gap(task.From, end, found.Count > 0 ? GapState.Filled : GapState.Empty, task.Attempt,
                now) with { Interval = interval };
            Topic[task.From] = answer;
            Ledger.Read(answer, Machine(now));
        }
    }
}
