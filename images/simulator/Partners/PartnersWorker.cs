using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;

namespace StockPipeline.Simulator.Partners;

/// <summary>Keeps the two shops open for as long as it runs.</summary>
internal sealed class PartnersWorker : PipelineWorker
{
    private readonly PartnersOptions options;
    private readonly HealthCheck open;
    private readonly TimeProvider clock;

    public PartnersWorker(IOptions<PartnersOptions> options, Health health, ServiceLoggerFactory loggers, TimeProvider clock)
    {
        this.options = options.Value with { LoggerFactory = loggers, Clock = clock };
        this.clock = clock;
        open = health.Check("shops");
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var simulator = await PartnersSimulator.StartAsync(options, cancellationToken);
        open.Ready($"open at {simulator.Endpoint}");
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
    }
}

/// <summary>Puts the partners' shops into a process.</summary>
public static class PartnersRegistration
{
    public static void AddPartnersSimulator(
        this IHostApplicationBuilder builder, string name = "partners", params IEnumerable<Setting> settings) =>
        builder.AddService<PartnersWorker>(name, settings).WithOptions<PartnersOptions>();
}
