using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StockPipeline.Hosting;

namespace StockPipeline.Surroundings;

/// <summary>A service on the generic host, in the process of the test.</summary>
public static class HostedRun
{
    /// <summary>Runs a service until the test has seen what it waits for, and stops it cleanly; one that ends by itself fails the test.</summary>
    /// <param name="surroundings">What the service needs around it.</param>
    /// <param name="add">Adds the service.</param>
    /// <param name="see">Ends when the test has seen it.</param>
    /// <param name="settings">What else the service is told.</param>
    public static async Task WhileHostedAsync(
        this ServiceSurroundings surroundings, Action<IHostApplicationBuilder> add, Func<Task> see, params (string Name, string Value)[] settings)
    {
        string[] told = [.. surroundings.Environment.Select(one => $"{one.Key}={one.Value}"), "HEALTH_PORT=off", "LOG_LEVEL=error",
            .. settings.Select(one => $"{one.Name}={one.Value}")];
        var builder = PipelineHost.CreateBuilder(told);
        var started = new TaskCompletionSource<IHostApplicationLifetime>(TaskCreationOptions.RunContinuationsAsynchronously);
        builder.Services.AddSingleton<IHostedService>(services => new Lifetime(services.GetRequiredService<IHostApplicationLifetime>(), started));
        add(builder);
        var running = builder.RunAsync();
        var seeing = see();
        if (await Task.WhenAny(running, seeing) == running)
            throw new InvalidOperationException($"The service ended by itself with {await running}.");
        (await started.Task).StopApplication();
        if (await running is not 0 and var code)
            throw new InvalidOperationException($"The service ended with {code}.");
        await seeing;
    }

    private sealed class Lifetime(IHostApplicationLifetime lifetime, TaskCompletionSource<IHostApplicationLifetime> started) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            started.TrySetResult(lifetime);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
