using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Rows;

namespace StockPipeline.RatesService.Rows;

/// <summary>The usual rows, where there is no database to edit them in.</summary>
internal sealed class UsualRows(ILogger<UsualRows> log) : ITradeInfoStore
{
    public Task PrepareAsync(CancellationToken cancellationToken)
    {
        Log.NoDatabase(log);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<TradeInfo>> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(StartupRows.All);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
