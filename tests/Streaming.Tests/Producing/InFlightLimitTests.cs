using StockPipeline.Streaming.Producing;
using StockPipeline.Testing;

namespace StockPipeline.StreamingTests.Producing;

public sealed class InFlightLimitTests
{
    [Fact]
    public async Task So_many_enter_at_once_and_the_next_waits_until_a_quarter_has_left()
    {
        var limit = new InFlightLimit(8);
        for (var number = 0; number < 8; number++)
            Assert.True(limit.EnterAsync(default).AsTask().IsCompletedSuccessfully);

        var ninth = limit.EnterAsync(default).AsTask();
        limit.Leave();
        Assert.False(ninth.IsCompleted);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => limit.EnterAsync(new CancellationToken(canceled: true)).AsTask());
        limit.Leave();
        await ninth.WaitAsync(Eventually.Patience);

        Assert.Equal(7, limit.Count);
    }

    [Fact]
    public async Task A_limit_of_one_lets_one_after_the_other_in()
    {
        var limit = new InFlightLimit(1);
        await limit.EnterAsync(default);

        var second = limit.EnterAsync(default).AsTask();
        Assert.False(second.IsCompleted);
        limit.Leave();

        await second.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task Who_gives_up_waiting_has_not_entered()
    {
        var limit = new InFlightLimit(1);
        await limit.EnterAsync(default);
        using var stop = new CancellationTokenSource();

        var waiting = limit.EnterAsync(stop.Token).AsTask();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        limit.Leave();
        Assert.Equal(0, limit.Count);
    }

    [Theory, InlineData(1), InlineData(3), InlineData(64)]
    public async Task Nobody_waits_for_ever_and_never_are_more_inside_than_may_be(int most)
    {
        var limit = new InFlightLimit(most);
        var (inside, highest) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var turn = 0; turn < 2_000; turn++)
            {
                await limit.EnterAsync(default);
                var now = Interlocked.Increment(ref inside);
                InterlockedMax(ref highest, now);
                Interlocked.Decrement(ref inside);
                limit.Leave();
            }
        }))).WaitAsync(Eventually.Patience);

        Assert.InRange(highest, 1, most);
        Assert.Equal(0, limit.Count);
    }

    private static void InterlockedMax(ref int highest, int value)
    {
        var seen = Volatile.Read(ref highest);
        while (value > seen)
            seen = Interlocked.CompareExchange(ref highest, value, seen) is var before && before == seen ? value : before;
    }
}
