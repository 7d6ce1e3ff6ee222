using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Workers;

namespace StockPipeline.Scheduler;

public static class SchedulerRegistration
{
    /// <summary>Adds a scheduler to the process.</summary>
    public static void AddScheduler(this IHostApplicationBuilder builder, string name = "scheduler", params IEnumerable<Setting> settings) =>
        builder.AddService<SchedulerWorker>(name, settings).WithPipelineClient();
}
