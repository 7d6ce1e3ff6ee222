using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Indicators.Macd;

namespace StockPipeline.Bench.Indicators;

/// <summary>
/// MACD of the next candle and of the forming one, beside what most services do: a calculation over a window of candles at each change.
/// </summary>
internal sealed class IndicatorsSuite : ISuite
{
    private const int Window = 250;
    private const int Instruments = 2_000;
    private const int UpdatesPerCandle = 10;
    private const int Kept = 3_000;

    private static readonly MacdFactors Factors = new(MacdParameters.Default);

    /// <summary>A power of two of them, so that going round them costs next to nothing.</summary>
    private readonly double[] closes = [.. Enumerable.Range(0, 4_096).Select(index => 100 + (5 * Math.Sin(index / 5.0)) + (0.001 * index))];

    private readonly MacdState[] states = new MacdState[Instruments];
    private MacdState one;

    public string Name => "indicators";

    public Task RunAsync(Report report)
    {
        var prices = closes.Select(close => Price.FromNanos((long)(close * 1e9))).ToArray();
        var (series, openTime) = (new MacdSeries(Factors, Kept), 0L);
        long Next(int count) => TakeCandles(series, prices, ref openTime, count, formings: 0);
        var (live, liveTime) = (new MacdSeries(Factors, Kept), 0L);
        long Forming(int count) => TakeCandles(live, prices, ref liveTime, count / (UpdatesPerCandle + 1), UpdatesPerCandle);
        var timings = Race.Run(
            new("rerun", Rerun), new("next", NextCandle), new("many", NextOfMany), new("forming", FormingCandle), new("series", Next),
            new("series forming", Forming));

        var rerun = timings["rerun"];
        report.Add($"calculation over a window of {Window}", rerun.Nanoseconds, "ns");
        Add(report, "next candle, one instrument", timings["next"], Bar.AtMost(8));
        Add(report, $"next candle, {Instruments:#,0} instruments in turn", timings["many"], Bar.AtMost(8));
        Add(report, $"update of a forming candle, {UpdatesPerCandle} for each candle", timings["forming"], Bar.AtMost(8));
        report.Add("the same, times faster than the window", rerun.Nanoseconds / timings["forming"].Nanoseconds, "x", Bar.AtLeast(100));
        Add(report, "next candle in a series open to repairs", timings["series"], bar: null);
        Add(report, "update of a forming candle in such a series", timings["series forming"], bar: null);
        return Task.CompletedTask;
    }

    private static void Add(Report report, string name, Timing timing, Bar? bar)
    {
        report.Add(name, timing.Nanoseconds, "ns", bar);
        report.Add("  allocated", timing.Bytes, "bytes", Bar.AtMost(0));
    }

    private long Rerun(int count)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            var state = new MacdState();
            foreach (var close in closes.AsSpan(i & 2_047, Window))
                state.Next(close, Factors);
            sum += state.Histogram;
        }
        return (long)sum;
    }

    private long NextCandle(int count)
    {
        var (state, sum) = (one, 0.0);
        for (var i = 0; i < count; i++)
        {
            state.Next(closes[i & (closes.Length - 1)], Factors);
            sum += state.Histogram;
        }
        one = state;
        return (long)sum;
    }

    private long NextOfMany(int count)
    {
        var (sum, which) = (0.0, 0);
        for (var i = 0; i < count; i++)
        {
            ref var state = ref states[which];
            state.Next(closes[i & (closes.Length - 1)], Factors);
            sum += state.Histogram;
            which = which + 1 == states.Length ? 0 : which + 1;
        }
        return (long)sum;
    }

    private long FormingCandle(int count)
    {
        var (before, sum, left) = (one, 0.0, UpdatesPerCandle);
        for (var i = 0; i < count; i++)
        {
            var state = before;
            state.Next(closes[i & (closes.Length - 1)], Factors);
            sum += state.Histogram;
            if (--left > 0)
                continue;
            before = state;
            left = UpdatesPerCandle;
        }
        one = before;
        return (long)sum;
    }

    private static long TakeCandles(MacdSeries series, Price[] prices, ref long openTime, int count, int formings)
    {
        var sink = new Sum();
        for (var i = 0; i < count; i++)
        {
            openTime += 60_000;
            for (var update = 0; update < formings; update++)
            {
                series.Set(openTime, prices[(i + update) & (prices.Length - 1)], final: false);
                series.Recalculate(ref sink);
            }
            series.Set(openTime, prices[i & (prices.Length - 1)], final: true);
            series.Recalculate(ref sink);
        }
        return sink.Steps;
    }

    private struct Sum : IMacdSink
    {
        public long Steps { get; private set; }

        public bool Publish(in MacdStep step)
        {
            Steps++;
            return true;
        }
    }
}
