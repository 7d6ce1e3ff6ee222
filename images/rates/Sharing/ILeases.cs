namespace StockPipeline.RatesService.Sharing;

/// <summary>
/// Rights that one replica has at a time, each known by its name. One loop at a time.
/// </summary>
internal interface ILeases : IAsyncDisposable
{
    /// <summary>How many replicas there are, this one included.</summary>
    int Members { get; }

    /// <summary>Learns how things stand; what was held and is not any more is in the answer.</summary>
    Task<IReadOnlyList<string>> RefreshAsync(CancellationToken cancellationToken);

    Task<bool> TryTakeAsync(string name, CancellationToken cancellationToken);

    Task ReleaseAsync(string name, CancellationToken cancellationToken);
}
