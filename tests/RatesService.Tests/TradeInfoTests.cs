using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Topics;
using StockPipeline.Rates.Rows;
using StockPipeline.RatesService;
using StockPipeline.RatesService.Rows;
using StockPipeline.RatesService.Sharing;
using StockPipeline.StorageTests;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.RatesServiceTests;

/// <summary>The table trade_info in a real PostgreSQL, and what it is to replicas.</summary>
public sealed class TradeInfoTests(PostgresServer postgres, CollectorPlace place) : IClassFixture<PostgresServer>, IClassFixture<CollectorPlace>
{
    [Fact]
    public async Task An_empty_table_gets_the_usual_rows_once_and_a_table_of_old_keeps_its_own()
    {
        await DropAsync();
        await using (var store = Store())
        {
            await Task.WhenAll(store.PrepareAsync(default), store.PrepareAsync(default));
            Assert.Equal(StartupRows.All, await store.ReadAsync(default));
        }
        await DropAsync();
        await ExecuteAsync("create table trade_info (id serial primary key, url text not null, currency_pair text not null, "
            + "task_type text not null, wrapper_type text not null)");
        await ExecuteAsync($"insert into trade_info (url, currency_pair, task_type, wrapper_type) values ('{StartupRows.EtherStream}', "
            + $"'tether-usd', '{StartupRows.BinanceTask}', 'binance'), ('{StartupRows.EtherStream}', 'tether-usd', 'mine', 'binance')");

        await using var older = Store();
        await older.PrepareAsync(default);

        var rows = await older.ReadAsync(default);
        Assert.Equal(["ethereum-usd", "tether-usd"], rows.Select(row => row.CurrencyPair));
        Assert.All(rows, row => Assert.True(row is { Enabled: true, MaxAgeMs: null, Priority: TradeInfo.UsualPriority }));
    }

    [Fact]
    public async Task Edits_count_within_seconds_and_a_bad_row_is_said_in_its_record()
    {
        await DropAsync();
        await using var topics = await place.TopicsAsync();
        var client = place.Surroundings.Client;
        await using var infos = new TopicReader<TradeInfo>(client, RatesTopics.TradeInfo, await client.Codecs.TradeInfoAsync(default));
        await using var run = place.Run(builder => builder.AddRates(), settings: ("DATABASE_URL", postgres.ConnectionString));
        await run.SeeAsync(() => Eventually.TrueAsync(() => topics.Rates.Latest.ContainsKey("tron-usdt/binance")));

        await ExecuteAsync("insert into trade_info (url, currency_pair, task_type, wrapper_type, priority) values "
            + "('wss://ws.kraken.com/v2?symbol=BTC/USD', 'bitcoin-usd', 'kraken-ticker', 'kraken', 1), "
            + "('nowhere', 'x-usd', 'binance-stream', 'y', 1)");
        await ExecuteAsync("delete from trade_info where url like '%trxusdt%'");

        await run.SeeAsync(() => Eventually.TrueAsync(() => topics.Rates.Latest.ContainsKey("bitcoin-usd/kraken")
            && !topics.Rates.Latest.ContainsKey("tron-usdt/binance")));
        await run.SeeAsync(() => Eventually.TrueAsync(() => infos.Latest.Count == 5));
        var kraken = topics.Rates.Latest["bitcoin-usd/kraken"];
        var truth = place.Worlds.Market.LastTrade(
            "kraken", place.Worlds.Market.ById("bitcoin")!, "USD", kraken.EventTime.ToUnixTimeMilliseconds());
        Assert.Equal((truth.Price, 1), (kraken.Price, kraken.Priority));
        Assert.Equal("url 'nowhere' is none that begins with wss:// or ws://", infos.Latest.Values.Single(row => row.WrapperType == "y").Problem);
    }

    [Fact]
    public async Task Two_replicas_share_the_sources_and_the_one_that_stays_takes_them_all()
    {
        await DropAsync();
        await using var topics = await place.TopicsAsync();
        var database = ("DATABASE_URL", postgres.ConnectionString);
        await using var first = place.Run(builder => builder.AddRates("first"), settings: database);
        await first.SeeAsync(() => Eventually.TrueAsync(() => topics.Rates.Latest.Count == 11));
        Assert.Equal(1, place.Worlds.Binance.Streams);

        await using (var second = place.Run(builder => builder.AddRates("second"), settings: database))
        {
            // Each has one of the two sources, and the mirror stays where it was.
            await second.SeeAsync(() => Eventually.SeeAsync(
                LocksByHolderAsync, holders => holders.Count == 2 && holders.Order().SequenceEqual([1, 2])));
            Assert.InRange(place.Worlds.Binance.Streams, 0, 1);
        }

        await first.SeeAsync(() => Eventually.SeeAsync(LocksByHolderAsync, holders => holders.SequenceEqual([3])));
        await first.SeeAsync(() => Eventually.TrueAsync(() => place.Worlds.Binance.Streams == 1));
    }

    [Fact]
    public async Task A_right_is_one_holders_until_he_is_gone()
    {
        await using var one = Leases();
        await using (var other = Leases())
        {
            await other.RefreshAsync(default);
            Assert.True(await other.TryTakeAsync("binance", default));
            await one.RefreshAsync(default);
            Assert.Equal(2, one.Members);
            Assert.False(await one.TryTakeAsync("binance", default));
            Assert.True(await one.TryTakeAsync("kraken", default));
        }

        await Eventually.SeeAsync(() => one.TryTakeAsync("binance", default), taken => taken);
        await one.ReleaseAsync("kraken", default);
        await using var third = Leases();
        await third.RefreshAsync(default);
        Assert.True(await third.TryTakeAsync("kraken", default));
    }

    private PostgresRows Store() => new(NpgsqlDataSource.Create(postgres.ConnectionString), NullLogger<PostgresRows>.Instance);

    private PostgresLeases Leases() => new(
        NpgsqlDataSource.Create(postgres.ConnectionString + ";Pooling=false"), TimeProvider.System, NullLogger<PostgresLeases>.Instance);

    private Task DropAsync() => ExecuteAsync("drop table if exists trade_info");

    private async Task ExecuteAsync(string statement)
    {
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
#pragma warning disable CA2100 // Statements of this test.
        await using var command = database.CreateCommand(statement);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>How many rights each holder has.</summary>
    private async Task<IReadOnlyList<long>> LocksByHolderAsync()
    {
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = database.CreateCommand(
            "select count(*) from pg_locks where locktype = 'advisory' and objsubid = 2 and classid = 1380013126 and granted group by pid");
        await using var reader = await command.ExecuteReaderAsync();
        var counts = new List<long>();
        while (await reader.ReadAsync())
            counts.Add(reader.GetInt64(0));
        return counts;
    }
}
