using Npgsql;
using StockPipeline.Storage;
using StockPipeline.Storage.Postgres;

namespace StockPipeline.StorageTests;

public sealed class PostgresCacheTests(PostgresServer server) : CacheContract, IClassFixture<PostgresServer>, IAsyncLifetime
{
    private PostgresCache cache = null!;

    protected override IMarketDataCache Cache => cache;

    public async Task InitializeAsync()
    {
        cache = new PostgresCache(server.ConnectionString);
        await cache.PrepareAsync(CancellationToken.None);
    }

    public async Task DisposeAsync() => await cache.DisposeAsync();

    [Fact]
    public async Task Replicas_that_start_together_prepare_the_database_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            await using var replica = new PostgresCache(server.ConnectionString);
            await replica.PrepareAsync(CancellationToken.None);
        }));

        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await using var count = database.CreateCommand("select count(*) = max(version) from schema_version");
        Assert.Equal(true, await count.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Replicas_together_take_no_more_requests_than_the_window_has()
    {
        var name = $"window-{Guid.NewGuid()}";
        await using var other = new PostgresCache(server.ConnectionString);
        var stores = new[] { cache.Quotas, other.Quotas };

        var tries = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => stores[i % 2].TryTakeAsync(name, 20, TimeSpan.FromHours(1),
            CancellationToken.None)));
        var more = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => stores[i % 2].TryTakeAsync(name, 20, TimeSpan.FromHours(1),
            CancellationToken.None)));

        Assert.Equal(20, tries.Concat(more).Count(wait => wait is null));
        Assert.All(more.OfType<TimeSpan>(), wait => Assert.InRange(wait, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(60)));
    }

    [Fact]
    public async Task What_the_exchange_says_of_the_window_counts_for_all_replicas()
    {
        var name = $"window-{Guid.NewGuid()}";
        await cache.Quotas.ReportAsync(name, 600, 2, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.Null(await cache.Quotas.TryTakeAsync(name, 300, TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.Null(await cache.Quotas.TryTakeAsync(name, 300, TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.NotNull(await cache.Quotas.TryTakeAsync(name, 300, TimeSpan.FromMinutes(1), CancellationToken.None));
    }

    [Theory]
    [InlineData("postgres://me:p%40ss@db.example:6000/market?sslmode=require",
        "Host=db.example;Port=6000;Username=me;Password=p@ss;Database=market;SSL Mode=Require")]
    [InlineData("postgresql://localhost/x", "Host=localhost;Port=5432;Database=x")]
    [InlineData("Host=h;Username=u", "Host=h;Username=u")]
    public void A_database_can_be_named_by_URL_and_by_key_and_value(string text, string expected)
    {
        Assert.True(DatabaseAddress.TryParse(text, out var connection));
        Assert.Equal(expected, connection);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Nothing=1")]
    [InlineData("postgres://")]
    public void What_names_no_database_is_refused(string text) => Assert.False(DatabaseAddress.TryParse(text, out _));
}
