using StockPipeline.Calendar;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.History;
using StockPipeline.Workers.Asking;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Gaps.Finding;

/// <summary>
/// The holes of one instrument, and what is to be done about each: suspected, after the grace requested, asked again while unanswered, and
/// filled when its candles came by themselves. Pure but for the times handed in. What it decides must be written to the ledger it was given.
/// </summary>
internal sealed class InstrumentGaps(Figi figi, GapsSettings settings, SeriesLedger ledger, Func<Guid> newId)
{
    /// <summary>Holes that are pursued at the same time; the next ones wait until some of them are answered.</summary>
    public const int MaxOpen = 64;

    private static readonly TimeSpan PurgeEvery = TimeSpan.FromHours(6);

    private static readonly MinuteRanges Nothing = new();

    private readonly Interval interval = settings.Interval;
    private readonly OpenTimes candles = new();
    private readonly List<MissingRun> runs = [];
    private readonly MinuteRanges asked = new();
    private ExchangeSchedule? schedule;
    private int frontier = int.MinValue;
    private int seenFirst = int.MaxValue;
    private int seenSettled;
    private int seenVersion = -1;
    private DateTimeOffset purged = DateTimeOffset.MinValue;

    public OpenTimes Candles => candles;

    public void Take(DateTimeOffset open) => candles.Add(Minutes.Of(open));

    public void Remove(DateTimeOffset open)
    {
        if (candles.Remove(Minutes.Of(open)))
            (frontier, seenSettled) = (int.MinValue, int.MinValue);
    }

    /// <summary>Looks for holes and after the open ones; adds what is to be written.</summary>
    /// <param name="now">The times.</param>
    /// <param name="follows">The instrument's schedule. Another one than before is looked through from the beginning.</param>
    /// <param name="begins">Where its history begins, as far as that is known.</param>
    /// <param name="told">Up to when its source can have told everything; what comes later is no hole yet.</param>
    /// <param name="say">Takes the changes of the ledger.</param>
    public void Evaluate(Moment now, ExchangeSchedule follows, DateTimeOffset? begins, DateTimeOffset told, ICollection<LedgerStep> say)
    {
        var floor = Minutes.Of(now.Market - settings.Kept);
        Purge(now, floor, say);
        if (candles.Count == 0)
            return;
        var settled = Minutes.Of(interval.Align(told - CandleHistory.Settling));
        var lower = Math.Max(candles.First, Math.Max(AlignUp(floor), begins is { } first ? Minutes.Of(interval.Align(first)) : int.MinValue));
        var sameDays = ReferenceEquals(follows, schedule);
        var unchanged = settled == seenSettled && ledger.Version == seenVersion && candles.First == seenFirst && sameDays;
        if (unchanged && ledger.Open.Count == 0)
            return;
        if (!sameDays || candles.First < seenFirst)
            frontier = int.MinValue;
        (schedule, seenFirst, seenSettled, seenVersion) = (follows, candles.First, settled, ledger.Version);
        AskAgain(now, lower, settled, say);
        Find(lower, settled);
        Confirm(now, say);
        Suspect(now, say);
    }

    /// <summary>What is open when the instrument is no longer worked on: to be taken back.</summary>
    public static IEnumerable<LedgerStep> Withdraw(SeriesLedger ledger) => ledger.Open.Select(entry => LedgerStep.Tombstone(entry.Gap)).ToList();

    private void Find(int lower, int settled)
    {
        asked.Clear();
        foreach (var entry in ledger.Open)
        {
            if (entry.Gap.State == GapState.Requested)
                asked.Add(entry.From, entry.To);
        }
        // What somebody else has just asked for is on its way; whether it was all is seen when it is there.
        foreach (var task in ledger.Waiting.Where(task => task.IsRepair))
            asked.Add(task.From, task.To);
        runs.Clear();
        frontier = GapFinder.Find(interval, schedule!, Math.Max(frontier, lower), settled, candles, ledger.Proven, asked, runs);
    }

    /// <summary>Suspected holes: still there after the grace they are requested, and what closed by itself is filled.</summary>
    private void Confirm(Moment now, ICollection<LedgerStep> say)
    {
        foreach (var suspect in ledger.Open.Where(entry => entry.Gap.State == GapState.Suspected).ToList())
        {
            if (ledger.IsRepaired(suspect.From, suspect.To))
                continue;
            var run = runs.Find(one => one.From == suspect.From);
            if (run.Missing == 0)
                Resolve(suspect, now, say);
            else if (now.Market - suspect.Gap.UpdatedAt >= settings.Grace)
                Say(LedgerStep.Request(Entry(run, GapState.Requested, 1, now), HistoryReason.Gap, newId()), now, say);
        }
    }

    private void Suspect(Moment now, ICollection<LedgerStep> say)
    {
        foreach (var run in runs)
        {
            // The hole that is asked for already may only be growing: it is asked for as a whole when the answer has come.
            if (ledger.Open.Count >= MaxOpen)
                return;
            if (!run.FollowsOpen && ledger.OpenAt(run.From) is null)
                Say(LedgerStep.Of(Entry(run, GapState.Suspected, 0, now)), now, say);
        }
    }

    private void AskAgain(Moment now, int lower, int settled, ICollection<LedgerStep> say)
    {
        foreach (var entry in ledger.Open.Where(entry => entry.Gap.State == GapState.Requested).ToList())
        {
            // Before the first candle it is the lack worker's question, and its patience.
            if (entry.To <= lower || entry.From < lower || ledger.IsAskedFrom(entry.From))
                continue;
            var pause = settings.Reask.After(entry.Gap.Attempts, new GapKey(figi, interval, entry.Gap.From));
            if (now.Machine - entry.SeenAt < (entry.Own || pause > settings.Reask.ForOthers ? pause : settings.Reask.ForOthers))
                continue;
            var holes = new List<MissingRun>();
            GapFinder.Find(interval, schedule!, entry.From, Math.Min(entry.To, settled), candles, ledger.Proven, Nothing, holes);
            if (holes.Count == 0)
                Resolve(entry, now, say);
            else
                Say(Again(entry, holes, lower, settled, now), now, say);
        }
    }

    /// <summary>The question once more, with what has grown at its end meanwhile.</summary>
    private LedgerStep Again(LedgerEntry entry, List<MissingRun> holes, int lower, int settled, Moment now)
    {
        Find(Math.Max(entry.To, lower), settled);
        frontier = int.MinValue;
        var grown = runs.Find(run => NothingBetween(entry.To, run.From));
        var missing = holes.Sum(hole => hole.Missing) + grown.Missing;
        var whole = new MissingRun(entry.From, Math.Max(entry.To, grown.To), missing, FollowsOpen: false);
        return LedgerStep.Request(Entry(whole, GapState.Requested, entry.Gap.Attempts + 1, now), HistoryReason.Gap, newId());
    }

    private bool NothingBetween(int end, int start) => schedule!.Slots(interval, Minutes.At(end), Minutes.At(start)).Count == 0;

    /// <summary>Of an open entry the part that is there by now is filled; one that was no hole at all goes.</summary>
    private void Resolve(LedgerEntry entry, Moment now, ICollection<LedgerStep> say)
    {
        var end = GapFinder.Find(interval, schedule!, entry.From, entry.To, candles, ledger.Proven, Nothing, []);
        if (end > entry.From && NotEmpty(entry.From, end))
            Say(LedgerStep.Of(entry.Gap with { To = Minutes.At(end), Missing = 0, State = GapState.Filled, UpdatedAt = now.Market }), now, say);
        else
            Say(LedgerStep.Tombstone(entry.Gap), now, say);
    }

    private bool NotEmpty(int from, int to) => schedule!.Slots(interval, Minutes.At(from), Minutes.At(to)).Count > 0;

    /// <summary>Entries about candles that are no longer kept leave the ledger.</summary>
    private void Purge(Moment now, int floor, ICollection<LedgerStep> say)
    {
        if (now.Market - purged < PurgeEvery)
            return;
        purged = now.Market;
        candles.RemoveBefore(floor);
        seenFirst = candles.Count == 0 ? int.MaxValue : Math.Max(seenFirst, candles.First);
        foreach (var from in ledger.RemoveBefore(floor))
            say.Add(new LedgerStep(new GapKey(figi, interval, Minutes.At(from)), null, null));
    }

    private void Say(LedgerStep step, Moment now, ICollection<LedgerStep> say)
    {
        if (step.Entry is { } entry)
            ledger.Write(entry, now.Machine);
        else
            ledger.Remove(Minutes.Of(step.Key.From));
        say.Add(step);
    }

    private Gap Entry(MissingRun run, GapState state, int attempts, Moment now) => new()
    {
        Figi = figi, Interval = interval, From = Minutes.At(run.From), To = Minutes.At(run.To), Missing = run.Missing, State = state,
        Attempts = attempts, UpdatedAt = now.Market,
    };

    private int AlignUp(int minute) => Minutes.At(minute) is var at && interval.IsAligned(at) ? minute : Minutes.Of(interval.NextOpen(at));
}
