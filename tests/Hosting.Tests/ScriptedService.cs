using StockPipeline.Hosting;

namespace StockPipeline.HostingTests;

/// <summary>A service that does what a test says, and tells a shared list what happened to it.</summary>
internal sealed class ScriptedService(ServiceContext context, List<string> events, Func<ServiceContext, CancellationToken, Task> work)
    : IService, IAsyncDisposable
{
    public async Task RunAsync(CancellationToken stop)
    {
        Note("started");
        try
        {
            await work(context, stop);
        }
        finally
        {
            Note("ended");
        }
    }

    public ValueTask DisposeAsync()
    {
        Note("disposed");
        return ValueTask.CompletedTask;
    }

    private void Note(string what)
    {
        lock (events)
            events.Add($"{context.Name} {what}");
    }
}
