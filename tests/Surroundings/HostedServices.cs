using Microsoft.Extensions.Hosting;
using StockPipeline.Hosting;

namespace StockPipeline.Surroundings;

/// <summary>Services on the platform's host, within the process of a test; that they do not stop cleanly fails the test.</summary>
public sealed class HostedServices : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task<int> running;

    /// <param name="add">Adds the services.</param>
    /// <param name="settings">Hold for all of them, and nothing of the environment does; the last of a name counts.</param>
    public HostedServices(Action<IHostApplicationBuilder> add, params IEnumerable<KeyValuePair<string, string>> settings)
    {
        var values = new Dictionary<string, string> { ["HEALTH_PORT"] = "off", ["LOG_LEVEL"] = "none" };
        foreach (var (name, value) in settings)
            values[name] = value;
        var builder = PipelineHost.CreateBuilder(values);
        add(builder);
        running = Task.Run(() => builder.RunAsync(stop.Token));
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
        await stop.CancelAsync();
        var code = await running;
        stop.Dispose();
        if (code != ExitCode.Clean)
            throw new InvalidOperationException($"The services did not stop cleanly: the exit code was {code}.");
    }
}
