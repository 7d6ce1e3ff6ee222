using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StockPipeline.Hosting;

namespace StockPipeline.Surroundings;

/// <summary>Services on the platform's host, within the process of a test.</summary>
public sealed class HostedServices : IAsyncDisposable
{
    private readonly Stopper stopper = new();
    private readonly Task<int> running;

    /// <param name="add">Adds the services.</param>
    /// <param name="settings">Hold for all of them.</param>
    public HostedServices(Action<IHostApplicationBuilder> add, params IEnumerable<KeyValuePair<string, string>> settings)
    {
        var builder = PipelineHost.CreateBuilder([.. settings.Select(one => $"{one.Key}={one.Value}"), "HEALTH_PORT=off", "LOG_LEVEL=none"]);
        add(builder);
        builder.Services.AddSingleton<IHostedService>(services =>
        {
            stopper.Lifetime.TrySetResult(services.GetRequiredService<IHostApplicationLifetime>());
            return stopper;
        });
        running = Task.Run(() => builder.RunAsync());
    }

    /// <summary>Waits for what the test wants to see; a service that ends by itself before fails the test.</summary>
    public async Task SeeAsync(Func<Task> see)
    {
        var seeing = see();
        if (await Task.WhenAny(seeing, running) == running)
            throw new InvalidOperationException($"A service ended by itself, and the process with {await running}.");
        await seeing;
    }

    public async ValueTask DisposeAsync()
    {
        (await stopper.Lifetime.Task).StopApplication();
        await running;
    }

    private sealed class Stopper : IHostedService
    {
        public TaskCompletionSource<IHostApplicationLifetime> Lifetime { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
