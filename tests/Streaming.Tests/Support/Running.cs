namespace StockPipeline.StreamingTests.Support;

/// <summary>A loop that a test started, and stops.</summary>
internal sealed class Running : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();

    public Running(Func<CancellationToken, Task> run) => Ended = run(stop.Token);

    public Task Ended { get; }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Ended;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAny(Ended);
        stop.Dispose();
    }
}
