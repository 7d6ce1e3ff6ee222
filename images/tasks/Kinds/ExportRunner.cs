using System.Globalization;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.TaskWorkers.Reading;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Workers;

namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>
/// Closed candles as a file, instrument by instrument in order of time. The next partitions are read while one is written.
/// </summary>
internal sealed class ExportRunner(CandleScan candles, Func<ConfigSnapshot> config) : ITaskRunner
{
    /// <summary>Partitions read beside the one that is written: so many and one more are in memory.</summary>
    private const int Ahead = 2;

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
        await foreach (var part in PartsAsync(instruments, interval, range, cancellationToken))
        {
            foreach (var (instrument, list) in part)
            {
                using var read = list;
                var bars = list.Finish();
                await file.WriteAsync(instrument, interval, bars, cancellationToken);
                rows += bars.Length;
                done++;
                await run.ReportAsync(
                    done, instruments.Count, string.Create(CultureInfo.InvariantCulture, $"{rows} candles written"), cancellationToken);
            }
        }
        await file.FinishAsync(cancellationToken);
        return TaskOutcome.Of(await output.FinishAsync(cancellationToken));
    }

    /// <summary>Partition by partition; the next ones are on their way while one is used.</summary>
    private async IAsyncEnumerable<IReadOnlyList<(Instrument Instrument, BarList Bars)>> PartsAsync(
        IReadOnlyList<Instrument> instruments, Interval interval, TimeRange range,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var groups = instruments.GroupBy(one => CandleScan.PartitionOf(one.Figi)).OrderBy(group => group.Key).ToList();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var coming = new Queue<Task<IReadOnlyDictionary<Figi, BarList>>>();
        var readers = Enumerable.Range(0, Math.Min(Ahead, groups.Count)).Select(_ => candles.Open(interval)).ToList();
        try
        {
            for (var at = 0; at < groups.Count; at++)
            {
                ReadAhead(at);
                var bars = await coming.Dequeue();
                ReadAhead(at + 1);
                yield return [.. groups[at].Select(one => (one, bars[one.Figi]))];
            }
        }
        finally
        {
            // Where the file cannot be written on, nobody waits for what is being read.
            await stop.CancelAsync();
            await ((Task)Task.WhenAll(coming)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            readers.ForEach(static reader => reader.Dispose());
        }

        void ReadAhead(int at)
        {
            while (coming.Count < Ahead && at + coming.Count < groups.Count)
                coming.Enqueue(ReadAsync(at + coming.Count));
        }

        // Of two readings on their way none has the reader of the other, since they end in their order.
        Task<IReadOnlyDictionary<Figi, BarList>> ReadAsync(int number) => candles.ReadAsync(
            readers[number % readers.Count], groups[number].Key, [.. groups[number].Select(one => one.Figi)], interval, range, finalOnly: true,
            stop.Token);
    }
}
