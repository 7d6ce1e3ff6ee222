using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;

namespace StockPipeline.RatesService.Publishing;

/// <summary>Where rates and their candles go.</summary>
internal interface IRateOutput
{
    ValueTask PublishAsync(Rate rate, CancellationToken cancellationToken);

    ValueTask PublishAsync(Candle candle, CancellationToken cancellationToken);
}
