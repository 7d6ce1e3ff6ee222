using System.Text.Json;
using StockPipeline.Contracts.Time;
using StockPipeline.TaskWorkers.Reading;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Workers;

namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>One instrument over a window that ends at its newest candle, in the buckets of the window.</summary>
internal sealed class AggregateRunner(CandleScan candles, Func<ConfigSnapshot> config) : ITaskRunner
{
    public TaskKind Kind => TaskKinds.Aggregate;

    public async Task<TaskOutcome> RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var instrument = config().Find(run.Parameters.Text("instrument"));
        var name = run.Parameters.Text("window");
        var (length, bucket) = TaskKinds.Windows[name];
        var all = new TimeRange(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        var bars = await candles.ReadAsync(instrument.Figi, bucket, all, finalOnly: false, cancellationToken);
        var buckets = Aggregate(bars, length, bucket);
        var result = new AggregateResult(instrument.Figi.Value, instrument.Ticker, name, bucket.Name, buckets);
        return TaskOutcome.Of(JsonSerializer.Serialize(result, TaskResultJson.Default.AggregateResult));
    }

    /// <summary>The buckets of the window that ends with the newest bar, oldest first; those without a trade are left out.</summary>
    internal static IReadOnlyList<AggregateResult.Bucket> Aggregate(ReadOnlySpan<Bar> bars, TimeSpan window, Interval bucket)
    {
        var buckets = new List<AggregateResult.Bucket>();
        if (bars.IsEmpty)
            return buckets;
        var end = bucket.NextOpen(bars[^1].OpenTime).ToUnixTimeMilliseconds();
        var first = end - (long)window.TotalMilliseconds;
        foreach (var bar in bars)
        {
            if (bar.OpenMs < first)
                continue;
            var start = DateTimeOffset.FromUnixTimeMilliseconds(bucket.AlignMs(bar.OpenMs));
            if (buckets.Count > 0 && buckets[^1] is var last && last.IntervalStart == start)
                buckets[^1] = Join(last, bar);
            else
                buckets.Add(new(start, Price(bar.Open), Price(bar.High), Price(bar.Low), Price(bar.Close), bar.Volume, null, bar.Final));
        }
        return buckets;
    }

    private static AggregateResult.Bucket Join(AggregateResult.Bucket bucket, Bar bar) => bucket with
    {
        MaxHighestPrice = Math.Max(bucket.MaxHighestPrice, Price(bar.High)),
        MinLowestPrice = Math.Min(bucket.MinLowestPrice, Price(bar.Low)),
        ClosingPrice = Price(bar.Close),
        TotalVolume = bucket.TotalVolume + bar.Volume,
        Final = bucket.Final && bar.Final,
    };

    private static decimal Price(long nanos) => Contracts.Instruments.Price.FromNanos(nanos).ToDecimal();
}
