using StockPipeline.Calendar;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Lack.Counting;

/// <summary>
/// Whether one instrument has enough candles of one interval, and what history is to be asked if not. Goes back step by step, doubling the
/// stretch as long as it lacks, down to where history begins or the depth ends. All it knows are the candles and the ledger, so that a
/// restart asks nothing twice. Pure but for the times handed in.
/// </summary>
internal sealed class LackCounter(
    SeriesKey series, int needed, int depth, TimeSpan kept, ReaskPause reask, SeriesLedger ledger, Func<Guid> newId)
{
    /// <summary>
    /// Candles are given so long to arrive after the answer that tells of them: they come through another topic. Where nothing was answered yet,
    /// nothing is on its way.
    /// </summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <summary>An instrument without any candle is asked about again when its last answer is older than this.</summary>
    private static readonly TimeSpan AnswerHolds = TimeSpan.FromDays(1);

    private readonly Interval interval = series.Interval;
    private readonly OpenTimes candles = new();
    private DateTimeOffset changed;
    private bool isExhausted;
    private DateTimeOffset seenKnown = DateTimeOffset.MaxValue;

    public int Count => candles.Count;

    /// <summary>How many of the candles that are needed there are.</summary>
    public int There => Math.Min(candles.Count, needed);

    /// <summary>How many there will be: all that are needed, or as many as history has.</summary>
    public int Wanted => isExhausted ? There : needed;

    public void Take(DateTimeOffset open) => candles.Add(Minutes.Of(open));

    public void Remove(DateTimeOffset open) => candles.Remove(Minutes.Of(open));

    /// <summary>What is to be written now: nothing, a request, or one once more.</summary>
    /// <param name="market">The market's time.</param>
    /// <param name="told">Up to when its source can have told everything; later than that nothing is asked.</param>
    /// <param name="machine">The machine's.</param>
    /// <param name="schedule">The instrument's.</param>
    /// <param name="begins">Where its history begins, as far as that is known.</param>
    public LedgerStep? Evaluate(
        DateTimeOffset market, DateTimeOffset told, DateTimeOffset machine, ExchangeSchedule schedule, DateTimeOffset? begins)
    {
        isExhausted = false;
        if (candles.Count >= needed)
            return null;
        if (Pending() is { } pending)
            return AskAgain(pending, market, machine);
        var now = interval.Align(told);
        var end = KnownFrom(told, now, schedule);
        if (end < seenKnown && ledger.Proven.Count > 0)
            changed = machine;
        seenKnown = end;
        var limit = Limit(market, now, schedule, begins);
        isExhausted = end <= limit;
        if (isExhausted || machine - changed < Quiet)
            return null;
        var behind = (int)Math.Min(int.MaxValue / 4, schedule.Slots(interval, end, now < end ? end : now).Count);
        var from = TradingTime.Back(schedule, interval, Math.Max(needed - candles.Count, behind), end);
        from = AfterProof(from < limit ? limit : from, end);
        var slots = schedule.Slots(interval, from, end);
        if ((slots.Count == 0 && slots.IsComplete) || ledger.WillBring(Minutes.Of(from), Minutes.Of(end)))
            return null;
        return Ask(Entry(from, end, (int)slots.Count, 1, market), machine);
    }

    /// <summary>The candles that are no longer kept do not count.</summary>
    public void Forget(DateTimeOffset market) => candles.RemoveBefore(Minutes.Of(market - kept));

    /// <summary>The request that reaches back to the first candle or before it: ours. Those of the gaps worker lie after it.</summary>
    private LedgerEntry? Pending() => ledger.Open
        .Where(entry => entry.Gap.State == GapState.Requested && (candles.Count == 0 || entry.From <= candles.First))
        .OrderBy(entry => entry.From).FirstOrDefault();

    private LedgerStep? AskAgain(LedgerEntry pending, DateTimeOffset market, DateTimeOffset machine)
    {
        var pause = reask.After(pending.Gap.Attempts, new GapKey(series.Figi, interval, pending.Gap.From));
        return machine - pending.SeenAt < pause || ledger.IsAskedFrom(pending.From)
            ? null
            : Ask(pending.Gap with { Attempts = pending.Gap.Attempts + 1, UpdatedAt = market }, machine);
    }

    /// <summary>Where what is known begins: at the first candle, or further back where the ledger proves that there was none.</summary>
    private DateTimeOffset KnownFrom(DateTimeOffset told, DateTimeOffset now, ExchangeSchedule schedule)
    {
        var known = candles.Count > 0 ? candles.First : Minutes.Of(now);
        var proven = ledger.Proven;
        if (candles.Count == 0 && proven.Count > 0 && told - Minutes.At(proven[^1].To) < Longest(AnswerHolds, interval.Length * 2))
            known = Math.Min(known, proven[^1].From);
        for (var at = proven.Count - 1; at >= 0; at--)
        {
            if (proven[at].From < known && (proven[at].To >= known || NothingBetween(schedule, proven[at].To, known)))
                known = proven[at].From;
        }
        return Minutes.At(known);
    }

    private bool NothingBetween(ExchangeSchedule schedule, int from, int to) =>
        schedule.Slots(interval, Minutes.At(from), Minutes.At(to)) is { Count: 0, IsComplete: true };

    /// <summary>The start of a question, moved up to where what is proven already ends: nothing is asked twice.</summary>
    private DateTimeOffset AfterProof(DateTimeOffset from, DateTimeOffset end)
    {
        var (start, stop) = (Minutes.Of(from), Minutes.Of(end));
        for (var at = 0; at < ledger.Proven.Count; at++)
        {
            if (ledger.Proven[at].To is var to && to > start && to < stop)
                start = to;
        }
        return Minutes.At(start);
    }

    /// <summary>Further back nothing is asked: history begins here, candles are not kept for longer, or it is not worth it.</summary>
    private DateTimeOffset Limit(DateTimeOffset market, DateTimeOffset now, ExchangeSchedule schedule, DateTimeOffset? begins)
    {
        var limit = TradingTime.Back(schedule, interval, (int)Math.Min(int.MaxValue / 4, (long)needed * depth), now);
        var floor = interval.NextOpen(market - kept);
        limit = limit < floor ? floor : limit;
        return begins is { } first && interval.Align(first) > limit ? interval.Align(first) : limit;
    }

    private LedgerStep Ask(Gap entry, DateTimeOffset machine)
    {
        ledger.Write(entry, machine);
        return LedgerStep.Request(entry, HistoryReason.Lack, newId());
    }

    private Gap Entry(DateTimeOffset from, DateTimeOffset to, int missing, int attempts, DateTimeOffset market) => new()
    {
        Figi = series.Figi, Interval = interval, From = from, To = to, Missing = missing, State = GapState.Requested, Attempts = attempts,
        UpdatedAt = market,
    };

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
