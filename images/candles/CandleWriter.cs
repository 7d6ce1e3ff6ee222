using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Tracing;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Streaming.Producing;
using StockPipeline.Workers;

namespace StockPipeline.Candles;

/// <summary>Writes candles and the questions to history, in the order they were decided.</summary>
internal sealed class CandleWriter
{
    private readonly TopicWriter<Candle> candles;
    private readonly TopicWriter<HistoryTask> tasks;
    private readonly Interval interval;
    private readonly ILogger log;
    private readonly Counter finals;
    private readonly Counter corrections;

    private CandleWriter(TopicWriter<Candle> candles, TopicWriter<HistoryTask> tasks, Interval interval, PipelineClient client)
    {
        this.candles = candles;
        this.tasks = tasks;
        this.interval = interval;
        log = client.Logger<CandlesWorker>();
        finals = client.Metrics.Counter("stockpipeline_candles_final_total", "Closed candles published.");
        corrections = client.Metrics.Counter("stockpipeline_candles_corrected_total", "Corrections of closed candles published.");
    }

    public static async Task<CandleWriter> OpenAsync(PipelineClient client, Interval interval, CancellationToken stop) => new(
        client.Kafka.WriteTo(client.Topics.Candles(interval), await client.Codecs.CandlesAsync(interval, stop)),
        client.Kafka.WriteTo(client.Topics.HistoryAction, await client.Codecs.HistoryTasksAsync(stop)), interval, client);

    public async ValueTask SayAsync(List<Candle> say, CancellationToken stop)
    {
        using var span = say.Count == 0 ? null : PipelineTracing.Begin("publish candles", interval.Name, say.Count);
        foreach (var candle in say)
        {
            await candles.SendAsync(new CandleKey(candle.Figi, candle.OpenTime).ToString(), candle, stop);
            if (candle.Final)
                (candle.Revision == 0 ? finals : corrections).Increment();
        }
        say.Clear();
    }

    public async ValueTask AskAsync(IReadOnlyList<HistoryTask> due, CancellationToken stop)
    {
        using var span = due.Count == 0 ? null : PipelineTracing.Begin("ask history", interval.Name, due.Count);
        foreach (var task in due)
            await tasks.SendAsync(new SeriesKey(task.Figi, task.Interval).ToString(), task, stop);
        if (due.Count > 0)
            Log.AskedHistory(log, due.Count, interval);
    }
}
