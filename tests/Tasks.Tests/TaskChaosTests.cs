using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Topics;
using StockPipeline.Surroundings;
using StockPipeline.Tasks;
using StockPipeline.TasksTests.Support;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.TasksTests;

/// <summary>Workers and schedulers as processes of their own, killed in the middle of it.</summary>
public sealed class TaskChaosTests(TaskHouse house, ITestOutputHelper output) : IClassFixture<TaskHouse>
{
    private const int Tasks = 120;

    [Fact]
    public async Task Whoever_is_killed_each_task_ends_once()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        await using var door = await TaskDoor.OpenAsync(house.Client);
        await using var other = await TaskDoor.OpenAsync(house.Client);
        await using var states = new TopicReader<TaskState>(
            house.Client, TaskTopics.States, await house.Client.Codecs.TaskStatesAsync(default));
        var processes = new List<ChildProcess> { Start("tasks"), Start("tasks"), Start("scheduler") };
        var ids = new List<string>();

        for (var number = 0; number < Tasks; number++)
        {
            var parameters = new { interval = "1-hour", from = "2026-11-20", to = "2026-11-21" };
            ids.Add(await (number % 2 == 0 ? door : other).StartAsync("anna", "completeness", parameters, key: $"chaos {number}"));
            if (number % 30 != 29)
                continue;
            var victim = random.Next(processes.Count);
            processes[victim].Signal(ChildProcess.Kill);
            await processes[victim].DisposeAsync();
            processes[victim] = Start(victim == 2 ? "scheduler" : "tasks");
        }

        foreach (var id in ids)
            await other.SeeAsync("anna", id, "succeeded");
        foreach (var process in processes)
            await process.DisposeAsync();
        var ends = states.All.Where(record => record.Value is { } state && TaskLife.IsOver(state.Stage)).GroupBy(record => record.Key)
            .ToDictionary(group => group.Key, group => group.Select(record => record.Value!).Distinct().Count());
        Assert.Equal(Tasks, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(1, ends[id]));
    }

    private ChildProcess Start(string service)
    {
        var environment = new Dictionary<string, string>(house.Surroundings.Environment) { ["SERVICES"] = service, ["HEALTH_PORT"] = "off" };
        return ChildProcess.StartDotnet("StockPipeline.PipelineProcess.dll", [], environment);
    }
}
