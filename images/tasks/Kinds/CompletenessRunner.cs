using System.Text.Json;
using StockPipeline.Calendar;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.TaskWorkers.Reading;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Workers;

namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>Compares what is there with what the calendar says should be, and what the ledger says of the rest.</summary>
internal sealed class CompletenessRunner(CandleScan candles, LedgerScan ledger, Func<ConfigSnapshot> config, TimeProvider market) : ITaskRunner
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(1);

    public TaskKind Kind => TaskKinds.Completeness;

    public async Task<TaskOutcome> RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var snapshot = config();
        var interval = run.Parameters.Interval("interval");
        var to = interval.Align(run.Parameters.Instant("to") ?? market.GetUtcNow());
        var range = new TimeRange(Min(run.Parameters.Instant("from") ?? to - Usual, to), to);
        var instruments = snapshot.FindAll(run.Parameters.List("instruments"));
        var gaps = await ledger.ReadAsync([.. instruments.Select(one => one.Figi)], interval, range, cancellationToken);
        var rows = new List<CompletenessResult.Row>();
        foreach (var group in instruments.GroupBy(one => CandleScan.PartitionOf(one.Figi)))
        {
            await run.ReportAsync(rows.Count, instruments.Count, "candles are counted", cancellationToken);
            var bars = await candles.ReadAsync(
                group.Key, [.. group.Select(one => one.Figi)], interval, range, finalOnly: true, cancellationToken);
            rows.AddRange(group.Select(one =>
                Count(
                    one, snapshot.Calendar.Of(one).Slots(interval, Told(one, interval, range)), bars[one.Figi],
                    gaps.GetValueOrDefault(one.Figi, []))));
        }
        var (expected, open) = (rows.Sum(row => row.Expected), rows.Sum(row => row.Open));
        var result = new CompletenessResult(
            interval.Name, range.From, range.To, Percent(expected - open, expected), [.. rows.OrderBy(row => row.Ticker, StringComparer.Ordinal)]);
        return TaskOutcome.Of(JsonSerializer.Serialize(result, TaskResultJson.Default.CompletenessResult));
    }

    /// <summary>What a source has not told yet is not missing.</summary>
    private TimeRange Told(Instrument instrument, Interval interval, TimeRange range)
    {
        var told = interval.Align(instrument.ToldUntil(market.GetUtcNow()));
        return told >= range.To ? range : new TimeRange(Min(range.From, told), told);
    }

    internal static CompletenessResult.Row Count(Instrument instrument, SlotSequence slots, ReadOnlySpan<Bar> bars, IReadOnlyList<Gap> gaps)
    {
        var (at, present, empty, lost, open) = (0, 0L, 0L, 0L, 0L);
        DateTimeOffset? oldest = null;
        foreach (var slot in slots)
        {
            var ms = slot.ToUnixTimeMilliseconds();
            while (at < bars.Length && bars[at].OpenMs < ms)
                at++;
            if (at < bars.Length && bars[at].OpenMs == ms)
            {
                present++;
                continue;
            }
            switch (StateOf(slot, gaps))
            {
                case GapState.Filled or GapState.Empty:
                    empty++;
                    break;
                case GapState.Lost:
                    lost++;
                    break;
                default:
                    open++;
                    oldest ??= slot;
                    break;
            }
        }
        var expected = slots.Count;
        return new CompletenessResult.Row(
            instrument.Figi.Value, instrument.Ticker, expected, present, empty, lost, open, Percent(expected - open, expected), oldest);
    }

    /// <summary>The best that any entry says of the slot: an answer is worth more than a question.</summary>
    private static GapState? StateOf(DateTimeOffset slot, IReadOnlyList<Gap> gaps)
    {
        GapState? best = null;
        foreach (var gap in gaps)
        {
            if (gap.From > slot)
                break;
            if (slot < gap.To && (best is null || Worth(gap.State) > Worth(best.Value)))
                best = gap.State;
        }
        return best;
    }

    private static int Worth(GapState state) => state switch
    {
        GapState.Filled or GapState.Empty => 2,
        GapState.Lost => 1,
        _ => 0,
    };

    private static decimal Percent(long part, long whole) => whole == 0 ? 100 : Math.Floor(part * 100_000m / whole) / 1_000;

    private static DateTimeOffset Min(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
