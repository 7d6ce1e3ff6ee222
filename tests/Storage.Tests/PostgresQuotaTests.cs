using StockPipeline.Storage.Postgres;
using StockPipeline.Testing;

namespace StockPipeline.StorageTests;

public sealed class PostgresQuotaTests(PostgresServer server) : IClassFixture<PostgresServer>, IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly DateTimeOffset Noon = new(2026, 11, 18, 12, 0, 0, TimeSpan.Zero);

    private readonly string name = $"window-{Guid.NewGuid()}";
    private PostgresCache cache = null!;

    private PostgresQuotaStore Quotas => cache.Quotas;

    public async Task InitializeAsync()
    {
        cache = new PostgresCache(server.ConnectionString);
        await cache.PrepareAsync(CancellationToken.None);
    }

    public async Task DisposeAsync() => await cache.DisposeAsync();

    [Fact]
    public async Task Replicas_together_take_no_more_requests_than_the_window_has()
    {
        await using var other = new PostgresCache(server.ConnectionString);
        var stores = new[] { Quotas, other.Quotas };

        var tries = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => TryTakeAsync(stores[i % 2], 20, Hour)));
        var more = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => TryTakeAsync(stores[i % 2], 20, Hour)));

        Assert.Equal(20, tries.Concat(more).Count(wait => wait is null));
        Assert.All(more.OfType<TimeSpan>(), wait => Assert.InRange(wait, Hour - Minute, Hour));
    }

    [Fact]
    public async Task What_the_exchange_says_of_the_window_counts_for_all_replicas()
    {
        await using var other = new PostgresCache(server.ConnectionString);
        await ReportAsync(Quotas, 600, 2, TimeSpan.FromSeconds(30));

        Assert.Null(await TryTakeAsync(Quotas, 300, Minute));
        Assert.Null(await TryTakeAsync(other.Quotas, 300, Minute));
        Assert.NotNull(await TryTakeAsync(Quotas, 300, Minute));
        Assert.NotNull(await TryTakeAsync(other.Quotas, 300, Minute));
    }

    [Fact]
    public async Task In_simulated_time_a_window_is_over_when_its_minute_has_passed_there()
    {
        var market = new ManualClock(Noon);
        var quotas = Quotas.CountedBy(market);
        await UseUpAsync(quotas, 3, Minute);

        market.Advance(Minute - Second);
        Assert.Equal(Second, await TryTakeAsync(quotas, 3, Minute));

        market.Advance(Second);
        Assert.Null(await TryTakeAsync(quotas, 3, Minute));
    }

    [Fact]
    public async Task Replicas_whose_simulated_clocks_differ_by_less_than_a_minute_share_a_window()
    {
        await UseUpAsync(Quotas.CountedBy(new ManualClock(Noon)), 3, Second);

        Assert.NotNull(await TryTakeAsync(Quotas.CountedBy(new ManualClock(Noon - Minute)), 3, Second));
    }

    [Fact]
    public async Task A_window_of_a_simulated_day_ahead_holds_up_nobody_after_the_clock_went_back()
    {
        await UseUpAsync(Quotas.CountedBy(new ManualClock(DateTimeOffset.MaxValue.AddYears(-1))), 3, Minute);

        Assert.Null(await TryTakeAsync(Quotas.CountedBy(new ManualClock(Noon)), 3, Minute));

        await UseUpAsync(Quotas.CountedBy(new ManualClock(DateTimeOffset.MaxValue.AddYears(-1))), 3, Minute);
        Assert.Null(await TryTakeAsync(Quotas, 3, Minute));
    }

    [Fact]
    public async Task What_is_said_of_a_window_counts_alone_where_the_one_before_is_over()
    {
        var market = new ManualClock(Noon);
        var quotas = Quotas.CountedBy(market);
        await UseUpAsync(quotas, 3, Minute);

        // The reply to the last request took longer than the window.
        market.Advance(2 * Minute);
        await ReportAsync(quotas, 3, 1, TimeSpan.FromSeconds(30));

        Assert.Null(await TryTakeAsync(quotas, 3, Minute));
        Assert.Equal(TimeSpan.FromSeconds(30), await TryTakeAsync(quotas, 3, Minute));
    }

    private async Task UseUpAsync(PostgresQuotaStore quotas, int quota, TimeSpan length)
    {
        // The statement that begins a window takes nothing from it.
        for (var taken = 0; taken < quota;)
            taken += await TryTakeAsync(quotas, quota, length) is null ? 1 : 0;
        Assert.NotNull(await TryTakeAsync(quotas, quota, length));
    }

    private Task<TimeSpan?> TryTakeAsync(PostgresQuotaStore quotas, int quota, TimeSpan length) =>
        quotas.TryTakeAsync(name, quota, length, CancellationToken.None);

    private Task ReportAsync(PostgresQuotaStore quotas, int quota, int remaining, TimeSpan endsIn) =>
        quotas.ReportAsync(name, quota, remaining, Minute, endsIn, CancellationToken.None);
}
