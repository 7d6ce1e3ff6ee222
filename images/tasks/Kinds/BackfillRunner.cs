using System.Globalization;
using System.Text.Json;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.TaskWorkers.Reading;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Tasks;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Workers;

namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>
/// Asks history for a range through the ledger, stretch by stretch, and waits for each answer. Asked again after a worker died, history answers
/// from what it remembers.
/// </summary>
internal sealed class BackfillRunner(
    LedgerQuestions questions, Func<ConfigSnapshot> config, TimeProvider market, TimeProvider clock) : ITaskRunner
{
    /// <summary>What history gives in one piece at most, roughly: progress is shown by such stretches.</summary>
    private const int CandlesOfStretch = 2_000;

    private const int MaxStretches = 20_000;

    /// <summary>What has closed so recently history does not answer for yet.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    public TaskKind Kind => TaskKinds.Backfill;

    public async Task<TaskOutcome> RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var instrument = config().Find(run.Parameters.Text("instrument"));
        var interval = run.Parameters.Interval("interval");
        var settled = interval.Align(instrument.ToldUntil(market.GetUtcNow() - Settling));
        var from = interval.Align(run.Parameters.Instant("from")!.Value);
        var to = interval.Align(run.Parameters.Instant("to") is { } end && end < settled ? end : settled);
        if (to <= from)
            throw new TaskFailedException(
                "nothing-closed", $"No candle of {interval} that opens at {from:O} or later has closed yet, as far as its source tells.");
        var stretches = Cut(interval, new TimeRange(from, to));
        var answered = new List<Gap>();
        var began = clock.GetTimestamp();
        foreach (var stretch in stretches)
        {
            await run.ReportAsync(answered.Count, stretches.Count, Outlook(answered.Count, stretches.Count, began), cancellationToken);
            answered.Add(await questions.AskAsync(instrument, interval, stretch, cancellationToken));
        }
        var result = new BackfillResult(
            instrument.Figi.Value, instrument.Ticker, interval.Name, from, answered[^1].To, stretches.Count,
            answered.Count(one => one.State == GapState.Filled), answered.Count(one => one.State == GapState.Empty),
            answered.Count(one => one.State == GapState.Lost));
        return TaskOutcome.Of(JsonSerializer.Serialize(result, TaskResultJson.Default.BackfillResult));
    }

    internal static IReadOnlyList<TimeRange> Cut(Interval interval, TimeRange range)
    {
        var length = interval.Length * CandlesOfStretch;
        if (range.Length / length > MaxStretches)
            throw new TaskFailedException("too-long", $"The range is longer than {MaxStretches} times {length.TotalDays:F0} days.");
        var stretches = new List<TimeRange>();
        for (var from = range.From; from < range.To; from += length)
            stretches.Add(new TimeRange(from, from + length < range.To ? from + length : range.To));
        return stretches;
    }

    /// <summary>When it will be over if the rest takes as long as what is done.</summary>
    private string Outlook(int done, int total, long began)
    {
        if (done == 0)
            return "history is asked";
        var left = clock.GetElapsedTime(began) / done * (total - done);
        return string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(left.TotalSeconds)} s more at this pace");
    }
}
