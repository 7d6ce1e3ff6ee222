using StockPipeline.Broker.Connections;

namespace StockPipeline.BrokerTests.Connections;

public sealed class FrameBudgetTests
{
    private const int Large = 2 * FrameBudget.AlwaysFits;

    private readonly FrameBudget budget = new(2 * Large);

    [Fact]
    public void What_fits_is_reserved_at_once_and_one_more_waits()
    {
        Assert.True(Reserve(Large, out _).IsCompletedSuccessfully);
        Assert.True(Reserve(Large, out _).IsCompletedSuccessfully);
        Assert.False(Reserve(Large, out _).IsCompleted);
    }

    [Fact]
    public async Task A_release_lets_the_first_that_waits_go_on()
    {
        _ = (Reserve(Large, out var reserved), Reserve(Large, out _));
        var (first, second) = (Reserve(Large, out _), Reserve(Large, out _));

        reserved.Dispose();

        Assert.True(await first);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public void Small_requests_never_wait()
    {
        _ = (Reserve(Large, out _), Reserve(Large, out _));

        Assert.True(Reserve(FrameBudget.AlwaysFits, out _).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_request_beyond_the_whole_budget_goes_when_it_is_alone()
    {
        _ = Reserve(Large, out var reserved);
        var huge = Reserve(5 * Large, out _);
        Assert.False(huge.IsCompleted);

        reserved.Dispose();

        Assert.True(await huge);
        Assert.False(Reserve(Large, out _).IsCompleted);
    }

    [Fact]
    public async Task Who_leaves_the_queue_takes_nothing_and_holds_nobody_up()
    {
        using var leaving = new CancellationTokenSource();
        _ = (Reserve(Large, out _), Reserve(Large, out var reserved));
        var left = budget.Begin().GrowToAsync(2 * Large, leaving.Token).AsTask();
        var next = Reserve(Large, out _);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        reserved.Dispose();

        Assert.True(await next);
    }

    [Fact]
    public async Task A_request_takes_more_as_it_grows_and_gives_all_of_it_back()
    {
        _ = Reserve(Large, out var growing);
        Assert.True(Grow(growing, 2 * Large).IsCompletedSuccessfully);
        var next = Reserve(Large, out _);
        Assert.False(next.IsCompleted);

        growing.Dispose();

        Assert.True(await next);
    }

    [Fact]
    public async Task Where_all_who_hold_memory_wait_for_more_the_last_is_refused_and_the_others_go_on()
    {
        _ = (Reserve(Large, out var first), Reserve(Large, out var last));
        var (growing, other) = (Grow(first, 2 * Large), Reserve(Large, out _));
        Assert.False(growing.IsCompleted);

        Assert.False(await Grow(last, 2 * Large));
        last.Dispose();

        Assert.True(await growing);
        first.Dispose();
        Assert.True(await other);
    }

    private static Task<bool> Grow(FrameBudget.Reservation reservation, int bytes) =>
        reservation.GrowToAsync(bytes, CancellationToken.None).AsTask();

    private Task<bool> Reserve(int bytes, out FrameBudget.Reservation reservation) => Grow(reservation = budget.Begin(), bytes);
}
