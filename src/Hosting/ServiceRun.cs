namespace StockPipeline.Hosting;

/// <summary>One service of a process while the process lives.</summary>
internal sealed class ServiceRun(ServiceDefinition definition, ServiceContext context) : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private IService? service;

    public ServiceDefinition Definition => definition;

    public ServiceContext Context => context;

    /// <summary>Ends with the failure, or with null where it did what it was asked.</summary>
    public Task<Exception?> Ended { get; private set; } = Task.FromResult<Exception?>(null);

    /// <summary>Ends when the service is disposed; null until that is begun.</summary>
    public Task? Disposal { get; private set; }

    /// <summary>Whether its failure was logged; that happens once.</summary>
    public bool IsReported { get; set; }

    public void Create() => service = definition.Create(context)
        ?? throw new InvalidOperationException($"No service was made for {definition.Name}.");

    // On a thread of the pool, for a service may compute for long before it first awaits.
    public void Start() => Ended = Task.Run(WorkAsync);

    public void AskToStop() => stop.Cancel();

    // On a thread of the pool as well: what ends slowly must not hold up the others.
    public void BeginDisposal() => Disposal = Task.Run(async () => await DisposeAsync());

    public async ValueTask DisposeAsync()
    {
        if (service is IAsyncDisposable asynchronous)
            await asynchronous.DisposeAsync();
        else if (service is IDisposable synchronous)
            synchronous.Dispose();
        stop.Dispose();
    }

    private async Task<Exception?> WorkAsync()
    {
        try
        {
            await service!.RunAsync(stop.Token);
            return stop.IsCancellationRequested ? null : new InvalidOperationException("The service ended though nobody had asked it to stop.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // Whatever a service throws ends the process; the supervisor logs it and turns it into an exit code.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return failure;
        }
    }
}
