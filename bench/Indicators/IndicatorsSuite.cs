using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;

namespace StockPipeline.Bench.Indicators;

/// <summary>
/// The next candle of every indicator, bare; MACD of the next candle and of the forming one in a series open to repairs, beside what most services
/// do, a calculation over a window of candles at each change; and what a correction far back costs all of them together.
/// </summary>
internal sealed class IndicatorsSuite : ISuite
{
    private const int Window = 250;
    private const int UpdatesPerCandle = 10;
    private const int TimesFasterThanWindow = 100;
    private const int Kept = 3_000;
    private const int CorrectedBack = 2_000;

    private static readonly Indicator Macd = IndicatorCatalogue.Parse("macd");

    private readonly CandleRow[] rows = [.. Enumerable.Range(0, NextCandles.Candles).Select(NextCandles.Row)];

    public string Name => "indicators";

    public Task RunAsync(Report report)
    {
        var every = IndicatorCatalogue.All.Select(kind => kind.With()).ToList();
        var bare = new NextCandles();
        every.ForEach(indicator => indicator.Lend(bare.For(indicator)));
        var timings = Race.Run([.. bare.Contenders]);
        foreach (var indicator in every)
        {
            var hasWindow = indicator.Reach.Window > 2 || indicator.Reach.Trail > 0;
            var bar = Bar.AtMost(indicator.Equals(Macd) ? 3 : hasWindow ? 60 : 20);
            Add(report, $"next candle, {indicator}", timings[indicator.Slug], bar);
        }
        MacdSeries(report);
        Correction(report, every);
        return Task.CompletedTask;
    }

    private static void Add(Report report, string name, Timing timing, Bar? bar)
    {
        report.Add(name, timing.Nanoseconds, "ns", bar);
        if (timing.Bytes > 0)
            report.Add("  allocated", timing.Bytes, "bytes", Bar.AtMost(0));
    }

    private void MacdSeries(Report report)
    {
        var (series, live) = (new Live([Macd], Kept), new Live([Macd], Kept));
        var timings = Race.Run(
            new("rerun", Rerun), new("forming", NextCandles.FormingOf(Macd, UpdatesPerCandle)),
            new("next in series", count => series.Take(rows, count, formings: 0)),
            new("forming in series", count => live.Take(rows, count / (UpdatesPerCandle + 1), UpdatesPerCandle)));
        var rerun = timings["rerun"];
        report.Add($"MACD over a window of {Window}", rerun.Nanoseconds, "ns");
        Add(report, $"update of a forming candle, {UpdatesPerCandle} for each candle", timings["forming"], bar: null);
        report.Add(
            "  times faster than the window", rerun.Nanoseconds / timings["forming"].Nanoseconds, "x", Bar.AtLeast(TimesFasterThanWindow));
        Add(report, "next candle in a series open to repairs", timings["next in series"], bar: null);
        Add(report, "update of a forming candle in such a series", timings["forming in series"], bar: null);
        report.Add("  times faster than the window", rerun.Nanoseconds / timings["forming in series"].Nanoseconds, "x");
    }

    private void Correction(Report report, List<Indicator> every)
    {
        var live = new Live(every, Kept);
        live.Take(rows, Kept, formings: 0);
        var sign = 1;
        var timings = Race.Run(new Contender("correction", count =>
        {
            var said = 0L;
            for (var i = 0; i < count; i++)
                said += live.Correct(CorrectedBack, by: sign = -sign);
            return said;
        }));
        report.Add(
            $"a candle corrected {CorrectedBack:#,0} back, all {every.Count} calculated", timings["correction"].Nanoseconds / 1e6, "ms",
            Bar.AtMost(50));
        report.Add("  values that changed", live.Correct(CorrectedBack, by: -sign), "");
    }

    private long Rerun(int count)
    {
        var (columns, lines, sum) = (new CandleColumns(CandleFields.Close), new double[3], 0.0);
        foreach (var row in rows)
            columns.Add(row);
        var formula = new WindowRun(columns, lines);
        Macd.Lend(formula);
        for (var i = 0; i < count; i++)
            sum += formula.Run(1_024 + (i & 1_023), Window);
        return (long)sum;
    }

    /// <summary>Candles of one instrument and its indicators, as the worker has them.</summary>
    private sealed class Live
    {
        private readonly CandleSeries candles;
        private readonly IndicatorSeries[] series;
        private readonly ValueChanges[] changes;
        private readonly Scratch scratch;
        private long openTime;

        public Live(IReadOnlyList<Indicator> indicators, int history)
        {
            var fields = indicators.Aggregate(CandleFields.Close, (all, one) => all | one.Description.Fields);
            candles = new CandleSeries(fields, history, RunUp.Of(indicators));
            series = [.. indicators.Select(one => one.Series())];
            changes = [.. indicators.Select(one => new ValueChanges(one.Description.Lines.Count))];
            scratch = new Scratch(fields);
            Array.ForEach(series, one => one.Start(candles));
            candles.Settle();
        }

        public long Take(CandleRow[] rows, int count, int formings)
        {
            var said = 0L;
            for (var i = 0; i < count; i++)
            {
                openTime += 60_000;
                for (var update = 0; update < formings; update++)
                    said += Set(rows[(i + update) & (rows.Length - 1)] with { OpenTime = openTime, Final = false });
                said += Set(rows[i & (rows.Length - 1)] with { OpenTime = openTime });
            }
            return said;
        }

        public long Correct(int back, int by)
        {
            var row = candles.Columns[candles.Count - back];
            return Set(row with { Close = Price.FromNanos(row.Close.Nanos + (by * 10_000_000)), High = row.High + (by * 0.01) });
        }

        private long Set(in CandleRow row)
        {
            candles.Set(row);
            scratch.Begin();
            var said = 0;
            for (var which = 0; which < series.Length; which++)
            {
                changes[which].Clear();
                series[which].Calculate(candles, scratch, changes[which]);
                said += changes[which].Count;
            }
            candles.Settle();
            return said;
        }
    }

    private sealed class WindowRun(CandleColumns columns, double[] lines) : IFormulaUser
    {
        public Func<int, int, double> Run { get; private set; } = (_, _) => 0;

        public void Use<TIndicator, TState>(TIndicator formula)
            where TIndicator : struct, IIndicator<TIndicator, TState>
            where TState : struct, IEquatable<TState> => Run = (from, length) =>
            {
                TState state = default;
                // The window is a series of its own: its first candle is the first there ever was.
                columns.Forgotten = -from;
                NextCandles.Walk(formula, ref state, columns, from, length, default);
                formula.Read(state, length - 1, lines);
                return lines[2];
            };
    }
}
