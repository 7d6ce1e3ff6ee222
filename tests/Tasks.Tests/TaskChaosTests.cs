using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Topics;
using StockPipeline.Surroundings;
using StockPipeline.TaskBoard;
using StockPipeline.Tasks;
using StockPipeline.TasksTests.Support;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.TasksTests;

/// <summary>Gateways, workers and schedulers as processes of their own, and the broker, killed in the middle of it.</summary>
public sealed class TaskChaosTests(TaskHouse house, ITestOutputHelper output) : IClassFixture<TaskHouse>
{
    private const int Tasks = 120;
    private const int KillEvery = 12;
    private const string Broker = "broker";

    private readonly int[] ports = FreePorts.Take(2);
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(15) };

    [Fact]
    public async Task Whoever_is_killed_each_task_ends_once_and_is_said_once_to_each_tab()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        await using var states = new TopicReader<TaskState>(
            house.Client, TaskTopics.States, await house.Client.Codecs.TaskStatesAsync(default));
        string[] services = ["tasks", "tasks", "scheduler", Gateway(0), Gateway(1), Broker];
        var processes = services.Where(service => service != Broker).Select(Start).ToList();
        await using var tab = new LiveTab(ports);
        var victims = new Queue<int>([.. Shuffled(), .. Shuffled()]);
        var ids = new List<string>();

        for (var number = 0; number < Tasks; number++)
        {
            ids.Add(await AskAsync(number));
            if (number % KillEvery != KillEvery - 1)
                continue;
            var victim = victims.Dequeue();
            output.WriteLine($"after task {number}: {services[victim]} is killed");
            if (services[victim] == Broker)
            {
                await house.Surroundings.KillBrokerAsync();
                continue;
            }
            processes[victim].Signal(ChildProcess.Kill);
            await processes[victim].DisposeAsync();
            processes[victim] = Start(services[victim]);
        }

        await Eventually.SeeAsync(() => tab.Ended, ended => ids.All(ended.Contains), promise: "the tab has heard of every task's end");
        foreach (var process in processes)
            await process.DisposeAsync();
        var ends = states.All.Where(record => record.Value is { } state && TaskLife.IsOver(state.Stage)).GroupBy(record => record.Key)
            .ToDictionary(group => group.Key, group => group.Select(record => record.Value!).Distinct().Count());
        Assert.Equal(Tasks, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(1, ends[id]));
        Assert.Empty(tab.SaidTwice);

        int[] Shuffled()
        {
            var order = Enumerable.Range(0, services.Length).ToArray();
            random.Shuffle(order);
            return order;
        }
    }

    [Fact]
    public async Task A_task_whose_worker_is_killed_is_taken_over_by_the_next_one_within_half_a_minute()
    {
        await house.Surroundings.ConfigureAsync(ConfigRecord.Of(new Instrument
        {
            Figi = new Figi("FIGITAKEOVER"), Ticker = "TAKE", ClassCode = "TQBR", Uid = "u", Name = "n", Currency = "rub", Lot = 1,
            MinPriceIncrement = Price.FromDecimal(0.01m), Exchange = "exchange", Weekend = false,
        }));
        var writers = await TaskWriters.OpenAsync(house.Client.Kafka, house.Client.Codecs, default);
        await using var states = new TopicReader<TaskState>(house.Client, TaskTopics.States, writers.Decoder);
        var now = TimeProvider.System.Now();
        // Nobody answers for history here: this one waits for as long as it is let.
        const string Parameters = """{"from":"2026-01-05T00:00:00Z","instrument":"TAKE","interval":"1-hour","to":"2026-01-06T00:00:00Z"}""";
        var task = new TaskState
        {
            Id = TaskId.New(now), Owner = "anna", Kind = "backfill", Parameters = Parameters, Digest = CanonicalJson.Digest("backfill", Parameters),
            Stage = TaskStage.Queued, Attempt = 1, Created = now, Deadline = now.AddHours(1),
        };
        await writers.SayAsync(task, default);
        await writers.OrderAsync(task, default);
        var first = Start("tasks");
        await Eventually.TrueAsync(() => RunsOf(1).Count == 1);

        first.Signal(ChildProcess.Kill);
        var killed = TimeProvider.System.GetTimestamp();
        await first.DisposeAsync();
        await using var heir = Start("tasks");
        await Eventually.TrueAsync(() => RunsOf(2).Count == 1);

        var took = TimeProvider.System.GetElapsedTime(killed);
        output.WriteLine($"taken over {took} after the kill, with a process that had to be started");
        // The promise is half a minute on a machine that has a process to start; tests share theirs.
        Assert.True(took < TimeSpan.FromSeconds(60), $"taking over took {took}");
        Assert.NotEqual(RunsOf(1)[0].Worker, RunsOf(2)[0].Worker);

        List<TaskState> RunsOf(int run) =>
            [.. states.All.Where(record => record.Key == task.Id && record.Value is { Stage: TaskStage.Running } one && one.Run == run)
                .Select(record => record.Value!)];
    }

    private string Gateway(int number) => string.Create(CultureInfo.InvariantCulture, $"gateway:{ports[number]}");

    /// <summary>Asks at one gateway, and where that is gone at the other, always under the same key: a person with patience.</summary>
    private async Task<string> AskAsync(int number)
    {
        var tries = number;
        return (await Eventually.SeeAsync<string?>(
            () => TryAsync($"chaos {number}", ports[tries++ % ports.Length]), id => id is not null, promise: $"task {number} is accepted"))!;
    }

    /// <returns>The id of the task; nothing where the gateway is gone, or cannot say yet.</returns>
    private async Task<string?> TryAsync(string key, int port)
    {
        var body = new { type = "completeness", @params = new { interval = "1-hour", from = "2026-11-20", to = "2026-11-21" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/api/tasks") { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var answer = await http.SendAsync(request);
            return answer.StatusCode == HttpStatusCode.Accepted
                ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString() : null;
        }
        catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    private ChildProcess Start(string service)
    {
        var environment = new Dictionary<string, string>(house.Surroundings.Environment)
        {
            ["SERVICES"] = service, ["HEALTH_PORT"] = "off", ["GATEWAY_TASKS_OPEN"] = "10000", ["GATEWAY_TASKS_AN_HOUR"] = "10000",
        };
        return ChildProcess.StartDotnet("StockPipeline.PipelineProcess.dll", [], environment);
    }
}
