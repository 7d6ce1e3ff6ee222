using StockPipeline.Contracts.Connections;
using StockPipeline.History;
using StockPipeline.Testing;

namespace StockPipeline.HistoryTests;

public sealed class WorkTurnsTests
{
    private static readonly BackoffLimits Limits = new() { First = TimeSpan.FromSeconds(1), Cap = TimeSpan.FromSeconds(60) };

    private readonly ManualClock clock = new(DateTimeOffset.Parse("2026-11-18T12:00:00Z", null));
    private readonly WorkTurns turns;

    public WorkTurnsTests() => turns = new WorkTurns(1, Limits, failure => failure is TimeoutException, clock);

    [Fact]
    public async Task What_has_just_been_missed_goes_ahead_of_all_that_waits_from_long_ago()
    {
        var order = new List<string>();
        var first = new TaskCompletionSource();
        var holding = turns.RunAsync(isUrgent: false, () => NotedAsync("first", first.Task), default);
        var old = Enumerable.Range(0, 3)
            .Select(number => turns.RunAsync(isUrgent: false, () => NotedAsync($"old {number}", Task.CompletedTask), default)).ToList();
        var live = turns.RunAsync(isUrgent: true, () => NotedAsync("live", Task.CompletedTask), default);
        Assert.Equal(4, turns.Waiting);

        first.SetResult();
        await Task.WhenAll(old.Append(holding).Append(live));

        Assert.Equal(["first", "live", "old 0", "old 1", "old 2"], order);

        async Task<int> NotedAsync(string name, Task until)
        {
            order.Add(name);
            await until;
            return 0;
        }
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_takes_no_place_with_it()
    {
        var first = new TaskCompletionSource<int>();
        using var stop = new CancellationTokenSource();
        var holding = turns.RunAsync(isUrgent: false, () => first.Task, default);
        var leaving = turns.RunAsync(isUrgent: true, () => Task.FromResult(1), stop.Token);
        var staying = turns.RunAsync(isUrgent: false, () => Task.FromResult(2), default);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        first.SetResult(0);

        Assert.Equal((0, 2), (await holding, await staying));
    }

    [Fact]
    public async Task While_the_exchange_refuses_the_place_rests_for_a_growing_pause()
    {
        var failing = turns.RunAsync<int>(isUrgent: false, () => throw new TimeoutException(), default);
        var next = turns.RunAsync(isUrgent: false, () => Task.FromResult(1), default);
        Assert.False(next.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<TimeoutException>(() => failing);
        Assert.Equal(1, await next);
        var final = turns.RunAsync<int>(isUrgent: false, () => throw new InvalidOperationException(), default);
        await Assert.ThrowsAsync<InvalidOperationException>(() => final);
    }
}
