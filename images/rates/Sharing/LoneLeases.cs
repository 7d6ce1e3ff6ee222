namespace StockPipeline.RatesService.Sharing;

/// <summary>All rights are ours: without a database there is one replica.</summary>
internal sealed class LoneLeases : ILeases
{
    public int Members => 1;

    public Task<IReadOnlyList<string>> RefreshAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<bool> TryTakeAsync(string name, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task ReleaseAsync(string name, CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
