using Microsoft.Extensions.Options;

namespace StockPipeline.Hosting.Services;

/// <summary>Holds up the start of all that comes after it until all that came before is ready.</summary>
internal sealed class ReadinessBarrier(
    ServiceInstance[] waitedFor, IOptions<ProcessOptions> options, ServiceCatalog catalog, TimeProvider clock, ILogger<ReadinessBarrier> log)
    : IHostedService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var waiting = waitedFor.ToList();
        while (true)
        {
            foreach (var ready in waiting.Where(instance => instance.Health!.IsReady).ToArray())
            {
                waiting.Remove(ready);
                Log.Ready(log, ready.Name);
            }
            if (waiting.Count == 0)
                return;
            if (clock.GetElapsedTime(begun) > options.Value.StartTimeout)
                throw NotReady(waiting);
            await Task.Delay(LookEvery, clock, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private NotReadyException NotReady(List<ServiceInstance> waiting)
    {
        catalog.Failed();
        return new NotReadyException([.. waiting.Select(instance =>
            $"{instance.Name} failed: not ready within START_TIMEOUT of {Options.DurationText.Show(options.Value.StartTimeout)}")]);
    }
}

/// <summary>Some services were not ready in time; a line for each.</summary>
internal sealed class NotReadyException(IReadOnlyList<string> lines) : Exception(string.Join("; ", lines))
{
    public IReadOnlyList<string> Lines { get; } = lines;
}
