using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Producing;
using StockPipeline.Workers;

namespace StockPipeline.History;

/// <summary>Where history writes: the candles of every interval, and the ledger.</summary>
internal sealed record HistoryTopics(IReadOnlyDictionary<Interval, TopicWriter<Candle>> Candles, TopicWriter<Gap> Gaps)
{
    public static async Task<HistoryTopics> OpenAsync(PipelineClient client, CancellationToken stop)
    {
        var candles = new Dictionary<Interval, TopicWriter<Candle>>();
        foreach (var interval in Interval.All)
            candles[interval] = client.Kafka.WriteTo(client.Topics.Candles(interval), await client.Codecs.CandlesAsync(interval, stop));
        return new HistoryTopics(candles, client.Kafka.WriteTo(client.Topics.Gaps, await client.Codecs.GapsAsync(stop)));
    }
}
