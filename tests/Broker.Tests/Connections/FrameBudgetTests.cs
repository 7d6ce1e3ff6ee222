using StockPipeline.Broker.Connections;

namespace StockPipeline.BrokerTests.Connections;

public sealed class FrameBudgetTests : IDisposable
{
    private const int Large = 2 * FrameBudget.AlwaysFits;

    private readonly FrameBudget budget = new(2 * Large);

    public void Dispose() => budget.Dispose();

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
        var reserved = await Reserve();
        _ = Reserve();
        var (first, second) = (Reserve(), Reserve());

        reserved!.Dispose();
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
        var reserved = await Reserve();
        var huge = Reserve(5 * Large);
        Assert.False(huge.IsCompleted);

        reserved!.Dispose();
        await huge;

        Assert.False(Reserve().IsCompleted);
    }

    [Fact]
    public async Task Who_leaves_the_queue_takes_nothing_and_holds_nobody_up()
    {
        using var leaving = new CancellationTokenSource();
        var reserved = await Reserve();
        _ = Reserve();
        var left = budget.ReserveAsync(2 * Large, leaving.Token).AsTask();
        var next = Reserve();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        reserved!.Dispose();

        await next;
    }

    private Task<IDisposable?> Reserve(int bytes = Large) => budget.ReserveAsync(bytes, CancellationToken.None).AsTask();
}
