using System.Text.Json;
using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.TaskWorkers.Comparing;
using StockPipeline.TaskWorkers.Reading;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Tasks;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Workers;

namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>Holds our values against those that somebody else calculates for the same candles.</summary>
/// <param name="candles">Ours are calculated from all of them.</param>
/// <param name="sources">Whom can be asked, by name.</param>
/// <param name="config">The instruments.</param>
/// <param name="market">Market time.</param>
internal sealed class CompareRunner(
    CandleScan candles, IReadOnlyDictionary<string, IForeignValues> sources, Func<ConfigSnapshot> config, TimeProvider market) : ITaskRunner
{
    private static readonly TimeRange Always = new(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);

    public TaskKind Kind => TaskKinds.Compare;

    public async Task<TaskOutcome> RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var name = run.Parameters.Text("source");
        if (!sources.TryGetValue(name, out var source))
            throw new TaskFailedException("no-source", $"This installation has no way to {name}: {TaskKinds.Needs[name]}.");
        var known = config();
        var instrument = known.Find(run.Parameters.Text("instrument"));
        var interval = run.Parameters.Interval("interval");
        var indicator = IndicatorCatalogue.Parse(run.Parameters.Text("indicator"));
        var to = interval.Align(run.Parameters.Instant("to") is { } end && end < market.GetUtcNow() ? end : market.GetUtcNow());
        var range = new TimeRange(run.Parameters.Instant("from") ?? to - (interval.Length * TaskKinds.UsualComparison), to);
        if (range.To <= range.From)
            throw new TaskFailedException("nothing-closed", $"No candle of {interval} that opens at {range.From:O} or later has closed yet.");
        await run.ReportAsync(0, 0, $"{name} is asked", cancellationToken);
        var theirs = await source.ReadAsync(instrument, interval, indicator, range, cancellationToken);
        var bars = await candles.ReadAsync(instrument.Figi, interval, Always, finalOnly: true, cancellationToken);
        var ours = IndicatorRunner.Calculate(indicator, bars, known.Calendar.Of(instrument), interval);
        var agreement = Agreement.Of(indicator, ours, theirs, range);
        var result = new CompareResult(
            instrument.Figi.Value, instrument.Ticker, interval.Name, indicator.ToString(), name, range.From, range.To, agreement.Compared,
            agreement.OnlyOurs, agreement.OnlyTheirs, agreement.Percent, agreement.Greatest, agreement.Mean,
            [.. agreement.Worst.Select(one => new CompareResult.Difference(one.Time, one.Line, one.Ours, one.Theirs, one.Difference))]);
        return TaskOutcome.Of(JsonSerializer.Serialize(result, TaskResultJson.Default.CompareResult));
    }
}
