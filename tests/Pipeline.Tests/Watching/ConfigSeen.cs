using StockPipeline.Workers;

namespace StockPipeline.PipelineTests.Watching;

/// <summary>The configuration as every worker sees it, followed beside them.</summary>
internal sealed class ConfigSeen : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ConfigTable table;
    private readonly Task reading;

    public ConfigSeen(PipelineClient client)
    {
        table = new ConfigTable(client);
        reading = table.RunAsync(stop.Token);
    }

    public ConfigSnapshot Current => table.Current;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }
}
