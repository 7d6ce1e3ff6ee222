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
    [InlineData("Nothing=")]
    [InlineData("postgres://user@host/name?nothing=")]
    [InlineData("postgres://")]
    public void What_names_no_database_is_refused(string text) => Assert.False(DatabaseAddress.TryParse(text, out _));
}
