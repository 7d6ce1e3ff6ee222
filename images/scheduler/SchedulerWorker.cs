using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Workers;

namespace StockPipeline.Scheduler;

/// <summary>Starts the tasks of schedules, and sees to it that no task is left lying. Of several, one works and the others hold themselves
/// ready.</summary>
internal sealed class SchedulerWorker : PipelineWorker
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(2);

    private readonly SchedulerLoop loop;

    public SchedulerWorker(PipelineClient client, Health health, TimeProvider clock, ServiceLoggerFactory logs)
    {
        var ready = health.Check("schedules");
        var pulse = health.Loop("look", LongestLook);
        loop = new SchedulerLoop(client.Kafka, client.Codecs, TaskKinds.All, SchedulerOptions.Default, clock, logs)
        {
            Ready = () => ready.Ready(), Beat = pulse.Beat,
        };
    }

    protected override Task RunAsync(CancellationToken cancellationToken) => loop.RunAsync(cancellationToken);
}
