using System.Globalization;
using StockPipeline.Contracts.Time;
using StockPipeline.TaskWorkers.Reading;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Workers;

namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>Closed candles as a file, instrument by instrument in order of time; one partition of the topic is in memory at a time.</summary>
internal sealed class ExportRunner(CandleScan candles, Func<ConfigSnapshot> config) : ITaskRunner
{
    public TaskKind Kind => TaskKinds.Export;

    public async Task<TaskOutcome> RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var interval = run.Parameters.Interval("interval");
        var range = new TimeRange(
            run.Parameters.Instant("from") ?? DateTimeOffset.UnixEpoch, run.Parameters.Instant("to") ?? DateTimeOffset.MaxValue);
        var instruments = config().FindAll(run.Parameters.List("instruments"));
        var isCsv = run.Parameters.Text("format") == "csv";
        await using var output = run.OpenFile(
            isCsv ? "text/csv" : "application/vnd.apache.parquet", $"candles-{interval.Name}.{(isCsv ? "csv" : "parquet")}");
        await using ICandleFile file = isCsv ? new CsvCandleFile(output) : await ParquetCandleFile.OpenAsync(output, cancellationToken);
        var (done, rows) = (0, 0L);
        foreach (var group in instruments.GroupBy(one => CandleScan.PartitionOf(one.Figi)).OrderBy(group => group.Key))
        {
            var bars = await candles.ReadAsync(
                group.Key, [.. group.Select(one => one.Figi)], interval, range, finalOnly: true, cancellationToken);
            foreach (var instrument in group)
            {
                await file.WriteAsync(instrument, interval, bars[instrument.Figi], cancellationToken);
                rows += bars[instrument.Figi].Length;
                done++;
                await run.ReportAsync(
                    done, instruments.Count, string.Create(CultureInfo.InvariantCulture, $"{rows} candles written"), cancellationToken);
            }
        }
        await file.FinishAsync(cancellationToken);
        return TaskOutcome.Of(await output.FinishAsync(cancellationToken));
    }
}
