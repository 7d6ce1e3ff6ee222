using System.Collections.Frozen;
using StockPipeline.Bench.Measure;
using StockPipeline.Calendar;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks;
using StockPipeline.TaskWorkers.Kinds;
using StockPipeline.TaskWorkers.Reading;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Workers;


namespace StockPipeline.Bench.Tasks;

using Bar = StockPipeline.Bench.Measure.Bar;

/// <summary>A million candles out of their topic into a file, and what it takes of memory beside a tenth of them.</summary>
public sealed class ExportSuite : ISuite
{
    private const int Instruments = 40;
    private const int CandlesOfEach = 25_000;

    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly DateTimeOffset First = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);

    public string Name => "export";

    public async Task RunAsync(Report report)
    {
        await using var house = await TasksHouse.StartAsync(workers: 0);
        Instrument[] instruments = [.. Enumerable.Range(0, Instruments).Select(Share)];
        await FillAsync(house, instruments);
        var config = new ConfigSnapshot(instruments.ToFrozenDictionary(one => one.Figi), TradingCalendar.Empty);
        // A tenth before what is measured: code is compiled with it, as in a worker that has done something before.
        const string Tenth = ""","instruments":["T0","T1","T2","T3"]""";
        foreach (var (format, only) in new[] { ("csv", Tenth), ("parquet", Tenth), ("csv", ""), ("parquet", "") })
        {
            var writers = await TaskWriters.OpenAsync(house.Kafka, house.Codecs, default);
            var runner = new ExportRunner(new CandleScan(house.Kafka, PipelineTopics.Default, house.Codecs), () => config);
            var run = new TaskRun(Task(format, only), writers, Clock);
            using var watch = new PeakMemory();
            var began = Clock.GetTimestamp();
            var outcome = await runner.RunAsync(run, default);
            var took = Clock.GetElapsedTime(began);
            if (only.Length > 0)
                continue;
            const double rows = Instruments * (double)CandlesOfEach;
            report.Add($"{format}: a million candles", rows / took.TotalSeconds, "rows/s", Bar.AtLeast(300_000));
            report.Add($"{format}: live memory at most, above the beginning", watch.Most, "MB", Bar.AtMost(150));
            report.Add($"{format}: the file", outcome.Place!.Bytes / 1e6, "MB");
        }
    }

    private static async Task FillAsync(TasksHouse house, IEnumerable<Instrument> instruments)
    {
        var writer = house.Kafka.WriteTo(
            PipelineTopics.Default.Candles(Interval.OneMinute), await house.Codecs.CandlesAsync(Interval.OneMinute, default));
        foreach (var instrument in instruments)
        {
            for (var number = 0; number < CandlesOfEach; number++)
            {
                var candle = new Candle
                {
                    Figi = instrument.Figi, OpenTime = First.AddMinutes(number), Open = Price.FromDecimal(100.01m), High = Price.FromDecimal(101.5m),
                    Low = Price.FromDecimal(99.99m), Close = Price.FromDecimal(100 + (number % 100 * 0.01m)), Volume = number, Final = true,
                    Source = CandleSource.History,
                };
                await writer.SendAsync(new CandleKey(candle.Figi, candle.OpenTime).ToString(), candle, default);
            }
        }
        await house.Kafka.FlushAsync(default);
    }

    private static Instrument Share(int number) => new()
    {
        Figi = new Figi($"FIGI{number:00000000}"), Ticker = $"T{number}", ClassCode = "TQBR", Uid = "u", Name = "n", Currency = "rub", Lot = 1,
        MinPriceIncrement = Price.FromDecimal(0.01m), Exchange = "MOEX", Weekend = false,
    };

    private static TaskState Task(string format, string instruments)
    {
        var now = Clock.Now();
        return new TaskState
        {
            Id = TaskId.New(now), Owner = TasksHouse.Owner, Kind = "export",
            Parameters = $$"""{"format":"{{format}}","interval":"1-min"{{instruments}}}""",
            Digest = "d", Stage = TaskStage.Running, Attempt = 1, Run = 1, Created = now, Deadline = now.AddHours(1),
        };
    }

    /// <summary>The most that was live while it watched.</summary>
    private sealed class PeakMemory : IDisposable
    {
        private readonly long before = GC.GetTotalMemory(forceFullCollection: true);
        private readonly ITimer timer;
        private long most;

        public PeakMemory() => timer = Clock.CreateTimer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));

        public double Most => (most - before) / 1e6;

        public void Dispose() => timer.Dispose();

        private void Look() => most = Math.Max(most, GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes);
    }
}
