using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Producing;
using StockPipeline.Workers;

namespace StockPipeline.PolygonCollector;

/// <summary>Where candles, answers and questions go.</summary>
internal sealed class CandleWriters
{
    private readonly Dictionary<Interval, TopicWriter<Candle>> candles;

    private CandleWriters(Dictionary<Interval, TopicWriter<Candle>> candles, TopicWriter<Gap> ledger, TopicWriter<HistoryTask> history)
    {
        this.candles = candles;
        Ledger = ledger;
        History = history;
    }

    public TopicWriter<Gap> Ledger { get; }

    public TopicWriter<HistoryTask> History { get; }

    public static async Task<CandleWriters> OpenAsync(PipelineClient client, CancellationToken cancellationToken)
    {
        var candles = new Dictionary<Interval, TopicWriter<Candle>>();
        foreach (var interval in Interval.All)
        {
            candles[interval] = client.Kafka.WriteTo(
                client.Topics.Candles(interval), await client.Codecs.CandlesAsync(interval, cancellationToken));
        }
        return new CandleWriters(
            candles, client.Kafka.WriteTo(client.Topics.Gaps, await client.Codecs.GapsAsync(cancellationToken)),
            client.Kafka.WriteTo(client.Topics.HistoryAction, await client.Codecs.HistoryTasksAsync(cancellationToken)));
    }

    /// <summary>Over when the brokers have it.</summary>
    public Task DeliverAsync(Interval interval, Candle candle, CancellationToken cancellationToken) =>
        candles[interval].DeliverAsync(new CandleKey(candle.Figi, candle.OpenTime).ToString(), candle, cancellationToken);

    public Task AskAsync(HistoryTask task, CancellationToken cancellationToken) =>
        History.DeliverAsync(new SeriesKey(task.Figi, task.Interval).ToString(), task, cancellationToken);
}
