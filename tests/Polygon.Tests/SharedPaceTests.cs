using StockPipeline.Contracts.Connections;
using StockPipeline.Polygon;
using StockPipeline.Polygon.Calendar;
using StockPipeline.Polygon.Pace;
using StockPipeline.Polygon.Rest;
using StockPipeline.Simulator.Polygon;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.PolygonTests;

/// <summary>Collectors and tasks in processes of their own, with the one free key that an installation has.</summary>
public sealed class SharedPaceTests : IAsyncLifetime
{
    private static readonly DateOnly Monday = new(2026, 11, 23);
    private static readonly DateTimeOffset Noon = NewYork.At(Monday, new TimeOnly(12, 0));

    private readonly ManualClock clock = new(Noon.AddSeconds(58));
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> pacing = [];
    private readonly List<PolygonClient> clients = [];
    private ServiceSurroundings around = null!;
    private PolygonWorld world = null!;

    public async Task InitializeAsync()
    {
        around = await ServiceSurroundings.StartAsync();
        world = await PolygonWorld.StartAsync(new PolygonWorldOptions { Clock = clock, IsFree = true });
    }

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(pacing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var client in clients)
            client.Dispose();
        await world.DisposeAsync();
        await around.DisposeAsync();
        stop.Dispose();
    }

    [Fact]
    public async Task Three_processes_with_one_free_key_are_never_refused()
    {
        var others = clock.Waiting;
        var asking = await AskAsync(processes: 3, requestsOfEach: 5);

        await PassAsync(asking, others);

        Assert.Equal(0, world.Refusals);
        Assert.Equal(15, clients.Sum(client => client.Requests));
    }

    [Fact]
    public async Task Turns_that_were_slept_through_are_not_made_up_for_in_a_burst()
    {
        var others = clock.Waiting;
        var asking = await AskAsync(processes: 2, requestsOfEach: 4);
        await AllWaitAsync(asking, others);

        clock.Advance(TimeSpan.FromHours(1));
        await PassAsync(asking, others);

        Assert.Equal(0, world.Refusals);
    }

    private async Task<List<Task>> AskAsync(int processes, int requestsOfEach)
    {
        var options = new PolygonOptions { ApiKey = new Secret("free"), Plan = PolygonPlan.Free, Rest = world.Endpoint };
        for (var number = 0; number < processes; number++)
        {
            var (pace, runAsync) = await SharedPace.OpenAsync(options, around.Client.Kafka, around.Client.Codecs, clock, default);
            pacing.Add(runAsync(stop.Token));
            clients.Add(new PolygonClient(options, clock, pace));
        }
        return [.. clients.SelectMany(client => Enumerable.Range(0, requestsOfEach)
            .Select(Task (days) => client.GroupedAsync(Monday.AddDays(-days), default)))];
    }

    /// <summary>Lets time pass until all have their answers.</summary>
    private async Task PassAsync(List<Task> asking, int others)
    {
        while (asking.Exists(one => !one.IsCompleted))
        {
            await AllWaitAsync(asking, others);
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        await Task.WhenAll(asking);
    }

    /// <summary>Both sides count by the same clock, which therefore stands while a request or a word to the others is on its way.</summary>
    private Task AllWaitAsync(List<Task> asking, int others) =>
        Eventually.TrueAsync(() => clock.Waiting - others >= asking.Count(one => !one.IsCompleted));
}
