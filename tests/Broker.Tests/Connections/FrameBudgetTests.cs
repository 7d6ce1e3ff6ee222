using StockPipeline.Broker.Connections;

namespace StockPipeline.BrokerTests.Connections;

public sealed class FrameBudgetTests
{
    private const int Large = FrameBudget.AlwaysFits + 1;

    private readonly FrameBudget budget = new(2 * Large);

    [Fact]
    public void What_fits_is_reserved_at_once_and_one_more_waits()
    {
        Assert.True(Reserve().IsCompletedSuccessfully);
        Assert.True(Reserve().IsCompletedSuccessfully);
        Assert.False(Reserve().IsCompleted);
    }

    [Fact]
    public async Task A_release_lets_the_first_that_waits_go_on()
    {
        _ = (Reserve(), Reserve());
        var (first, second) = (Reserve(), Reserve());

        budget.Release(Large);
        await first;

        Assert.False(second.IsCompleted);
    }

    [Fact]
    public void Small_requests_never_wait()
    {
        _ = (Reserve(), Reserve());

        Assert.True(Reserve(FrameBudget.AlwaysFits).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_request_beyond_the_whole_budget_goes_when_it_is_alone()
    {
        _ = Reserve();
        var huge = Reserve(5 * Large);
        Assert.False(huge.IsCompleted);

        budget.Release(Large);
        await huge;

        Assert.False(Reserve().IsCompleted);
    }

    [Fact]
    public async Task Who_leaves_the_queue_takes_nothing_and_holds_nobody_up()
    {
        using var leaving = new CancellationTokenSource();
        _ = (Reserve(), Reserve());
        var left = budget.ReserveAsync(2 * Large, leaving.Token).AsTask();
        var next = Reserve();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        budget.Release(Large);

        await next;
    }

    private Task Reserve(int bytes = Large) => budget.ReserveAsync(bytes, CancellationToken.None).AsTask();
}
