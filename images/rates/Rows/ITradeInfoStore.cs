using StockPipeline.Contracts.Rates;

namespace StockPipeline.RatesService.Rows;

/// <summary>Where the rows of trade_info are.</summary>
internal interface ITradeInfoStore : IAsyncDisposable
{
    /// <summary>Makes the table be there, with the usual rows where it has none.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<TradeInfo>> ReadAsync(CancellationToken cancellationToken);
}
