using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.RatesService.Publishing;

/// <summary>Writes rates and candles to their topics without waiting for each; a failure ends the Kafka client and with it the worker.</summary>
internal sealed class TopicOutput(TopicWriter<Rate> rates, TopicWriter<Candle> candles) : IRateOutput
{
    public ValueTask PublishAsync(Rate rate, CancellationToken cancellationToken) => rates.SendAsync(rate.Key.ToString(), rate, cancellationToken);

    public ValueTask PublishAsync(Candle candle, CancellationToken cancellationToken) =>
        candles.SendAsync(new CandleKey(candle.Figi, candle.OpenTime).ToString(), candle, cancellationToken);
}
