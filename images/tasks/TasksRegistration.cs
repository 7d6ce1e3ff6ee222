using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;

namespace StockPipeline.TaskWorkers;

public static class TasksRegistration
{
    /// <summary>Adds a worker of tasks to the process.</summary>
    public static void AddTasks(this IHostApplicationBuilder builder, string name = "tasks", params IEnumerable<Setting> settings) =>
        builder.AddLegacy(name, TasksService.Create, settings);
}
