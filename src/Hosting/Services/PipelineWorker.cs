namespace StockPipeline.Hosting.Services;

/// <summary>
/// A long-running service. Its constructor starts nothing. To return from <see cref="RunAsync"/> before stop is asked for, or to throw, is a
/// failure: it is said in one line, the process stops in order and ends with <see cref="ExitCode.Failed"/>.
/// </summary>
public abstract class PipelineWorker : BackgroundService
{
    private AsyncServiceScope scope;
    private ServiceInstance? instance;
    private ServiceCatalog catalog = null!;
    private IHostApplicationLifetime lifetime = null!;
    private ILogger log = null!;
    private TimeProvider clock = null!;

    /// <summary>Works until stop is asked for.</summary>
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public sealed override Task StartAsync(CancellationToken cancellationToken) => base.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public sealed override async Task StopAsync(CancellationToken cancellationToken)
    {
        // The host asks one after another; a stage is asked as a whole, so that stopping takes as long as its slowest and not as all together.
        var hadTime = instance!.Stage.IsAsked || !cancellationToken.IsCancellationRequested;
        instance.Stage.AskToStop();
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { IsCompleted: false })
        {
            if (hadTime)
                SayOverran();
            else
                catalog.Overran();
            return;
        }
        await DisposeScopeAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, instance!.Stage.Stopping);
        try
        {
            await RunAsync(stop.Token);
            if (!stop.IsCancellationRequested)
                Fail(new InvalidOperationException("The service ended though nobody had asked it to stop."));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ended as it was asked to.
        }
#pragma warning disable CA1031 // Whatever a service throws ends the process; it is said here and becomes the exit code.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(failure);
        }
    }

    internal void Attach(AsyncServiceScope ownScope, ServiceInstance ownInstance, IServiceProvider services)
    {
        (scope, instance) = (ownScope, ownInstance);
        catalog = services.GetRequiredService<ServiceCatalog>();
        lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        log = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(PipelineWorker).FullName!);
        clock = services.GetRequiredService<TimeProvider>();
    }

    private async Task DisposeScopeAsync(CancellationToken budget)
    {
        try
        {
            // On the pool, and never without a little time: where the budget is spent, what ends at once still ends well.
            using var least = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), clock);
            var disposal = Task.Run(async () => await scope.DisposeAsync(), CancellationToken.None);
            await (budget.IsCancellationRequested ? disposal.WaitAsync(least.Token) : disposal.WaitAsync(budget));
        }
        catch (OperationCanceledException)
        {
            SayOverran();
        }
#pragma warning disable CA1031 // The others are still to be stopped; the failure is said and becomes the exit code.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(failure);
        }
    }

    private void Fail(Exception failure)
    {
        catalog.Failed();
        Log.Failed(log, failure, instance!.Name);
        Console.Error.WriteLine($"{instance.Name} failed: {FailureText.OneLine(failure)}");
        lifetime.StopApplication();
    }

    private void SayOverran()
    {
        catalog.Overran();
        Log.StopOverran(log, instance!.Name);
        Console.Error.WriteLine($"not stopped within STOP_TIMEOUT of {catalog.StopTimeoutText}: {instance.Name}");
    }
}
