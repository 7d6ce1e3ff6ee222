using StockPipeline.Contracts.Time;

namespace StockPipeline.AllInOne.Watching;

/// <summary>Makes snapshots out of what the meters say, and rates out of two of them. Used by one thread.</summary>
internal sealed class SnapshotTaker(WatchedLog log, TimeProvider clock) : IDisposable
{
    /// <summary>Rates are over this long: short enough to show what changes, long enough not to flicker.</summary>
    private static readonly TimeSpan RateOver = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PaceOver = TimeSpan.FromSeconds(60);

    private readonly MeterReading meters = new();
    private readonly long began = clock.GetTimestamp();
    private readonly Queue<(TimeSpan At, double Values, double Candles)> samples = new();
    private double corrected;
    private DateTimeOffset? lastCorrection;

    public PipelineSnapshot Take(IReadOnlyList<SocketStart> sockets)
    {
        meters.Read();
        var running = clock.GetElapsedTime(began);
        var values = meters.Sum(name => name.EndsWith("_values_total", StringComparison.Ordinal));
        HistoryProgress[] history =
        [
            .. Interval.All.Select(interval => new HistoryProgress(
                interval.Name, (long)meters.Sum("stockpipeline_lack_candles", interval.Name),
                (long)meters.Sum("stockpipeline_lack_candles_wanted", interval.Name))),
        ];
        var there = history.Sum(one => (double)one.There);
        samples.Enqueue((running, values, there));
        while (samples.Count > 2 && running - samples.Peek().At > PaceOver)
            samples.Dequeue();
        var corrections = meters.Sum("stockpipeline_candles_corrected_total");
        if (corrections > corrected)
            lastCorrection = clock.GetUtcNow();
        corrected = corrections;
        var (problems, lastProblem) = log.Problems;
        return new PipelineSnapshot
        {
            Running = running, Sockets = sockets, History = history, HistoryLeft = Left(running, there, history.Sum(one => (double)one.Wanted)),
            ValuesPerSecond = ValuesPerSecond(running, values),
            Clients = (long)(meters.Sum("stockpipeline_websocket_clients") + meters.Sum("stockpipeline_websocket_candle_clients")
                + meters.Sum("stockpipeline_gateway_sockets") + meters.Sum("stockpipeline_rates_api_stream_clients")),
            OpenGaps = (long)meters.Sum("stockpipeline_gaps_open"), Corrections = (long)corrections, LastCorrection = lastCorrection,
            Problems = problems, LastProblem = lastProblem,
        };
    }

    public void Dispose() => meters.Dispose();

    private TimeSpan? Left(TimeSpan running, double there, double wanted)
    {
        var first = samples.Peek();
        var pace = (there - first.Candles) / (running - first.At).TotalSeconds;
        return wanted > there && pace > 0 ? TimeSpan.FromSeconds((wanted - there) / pace) : null;
    }

    private double ValuesPerSecond(TimeSpan running, double values)
    {
        var before = samples.First(sample => running - sample.At <= RateOver);
        return running > before.At ? (values - before.Values) / (running - before.At).TotalSeconds : 0;
    }
}
