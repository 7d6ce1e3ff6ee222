using StockPipeline.Testing;
using StockPipeline.Workers;

namespace StockPipeline.WorkersTests;

public sealed class TogetherTests
{
    [Fact]
    public async Task When_one_loop_ends_the_others_are_ended_and_waited_for()
    {
        var said = false;

        await Together.RunAsync(CancellationToken.None, _ => Task.CompletedTask, async ending =>
        {
            await UntilEndedAsync(ending);
            await Task.Yield();
            said = true;
        }).WaitAsync(Eventually.Patience);

        Assert.True(said);
    }

    [Fact]
    public async Task What_failed_first_is_what_is_thrown()
    {
        var running = Together.RunAsync(CancellationToken.None,
            async ending =>
            {
                await UntilEndedAsync(ending);
                throw new InvalidOperationException("second");
            },
            _ => Task.FromException(new InvalidOperationException("first")));

        Assert.Equal("first", (await Assert.ThrowsAsync<InvalidOperationException>(() => running)).Message);
    }

    [Fact]
    public async Task A_loop_that_fails_while_it_is_ended_is_heard()
    {
        using var stop = new CancellationTokenSource();
        var running = Together.RunAsync(stop.Token,
            ending => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ending),
            async ending =>
            {
                await UntilEndedAsync(ending);
                throw new InvalidOperationException("not flushed");
            });

        await stop.CancelAsync();

        Assert.Equal("not flushed", (await Assert.ThrowsAsync<InvalidOperationException>(() => running)).Message);
    }

    [Fact]
    public async Task Stopping_ends_all()
    {
        using var stop = new CancellationTokenSource();
        var running = Together.RunAsync(stop.Token, UntilEndedAsync, UntilEndedAsync);
        Assert.False(running.IsCompleted);

        await stop.CancelAsync();

        await running.WaitAsync(Eventually.Patience);
    }

    private static async Task UntilEndedAsync(CancellationToken ending) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
