using Npgsql;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Storage.Postgres;

/// <summary>The cache in PostgreSQL, shared by all replicas.</summary>
public sealed class PostgresCache : IMarketDataCache
{
    private const string Touching = """figi = $1 and "interval" = $2 and "from" <= $4 and "to" >= $3""";

    private const int DefaultMaxConnections = 20;

    private readonly NpgsqlDataSource database;

    /// <param name="connection">Where the database is.</param>
    /// <param name="maxConnections">Open at most, so that many replicas stay within what the server allows.</param>
    public PostgresCache(string connection, int maxConnections = DefaultMaxConnections)
    {
        var builder = new NpgsqlConnectionStringBuilder(connection)
        {
            ApplicationName = "stockpipeline-history", MaxPoolSize = maxConnections,
        };
        database = NpgsqlDataSource.Create(builder.ConnectionString);
    }

    /// <summary>Rights to ask the exchange, shared by everybody who uses this database.</summary>
    public PostgresQuotaStore Quotas => new(database);

    public Task PrepareAsync(CancellationToken stop) => Migrations.RunAsync(database, stop);

    /// <summary>An advisory lock of the session: it goes when the connection goes, so a killed holder blocks nobody.</summary>
    public async Task<IAsyncDisposable> ClaimAsync(Figi figi, Interval interval, CancellationToken stop)
    {
        var connection = await database.OpenConnectionAsync(stop);
        try
        {
            await using var command = new NpgsqlCommand("select pg_advisory_lock(hashtextextended($1, $2))", connection)
            {
                Parameters = { new() { Value = figi.Value }, new() { Value = (long)interval.Number } },
                CommandTimeout = 0,
            };
            await command.ExecuteNonQueryAsync(stop);
            return new Held(connection, figi, interval);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<RangeSet> FetchedAsync(Figi figi, Interval interval, TimeRange range, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        return await FetchedAsync(connection, figi, interval, range, stop);
    }

    public async Task StoreAsync(Figi figi, Interval interval, TimeRange fetched, IReadOnlyCollection<Candle> candles, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        if (!fetched.IsEmpty)
            await RemoveWithdrawnAsync(connection, figi, interval, fetched, candles, stop);
        if (candles.Count > 0)
            await StoreCandlesAsync(connection, figi, interval, candles, stop);
        if (!fetched.IsEmpty)
            await StoreRangeAsync(connection, figi, interval, fetched, stop);
        await transaction.CommitAsync(stop);
    }

    public async Task<IReadOnlyList<Candle>> ReadAsync(Figi figi, Interval interval, TimeRange range, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        await using var command = new NpgsqlCommand(
            """
            select open_time, open, high, low, close, volume, revision from candle
            where figi = $1 and "interval" = $2 and open_time >= $3 and open_time < $4 order by open_time
            """, connection);
        AddSeries(command, figi, interval, range);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var candles = new List<Candle>();
        while (await reader.ReadAsync(stop))
        {
            candles.Add(new Candle
            {
                Figi = figi, OpenTime = reader.GetFieldValue<DateTimeOffset>(0), Open = Price.FromNanos(reader.GetInt64(1)),
                High = Price.FromNanos(reader.GetInt64(2)), Low = Price.FromNanos(reader.GetInt64(3)), Close = Price.FromNanos(reader.GetInt64(4)),
                Volume = reader.GetInt64(5), Final = true, Source = CandleSource.History, Revision = reader.GetInt32(6),
            });
        }
        return candles;
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static async Task<RangeSet> FetchedAsync(NpgsqlConnection connection, Figi figi, Interval interval, TimeRange range,
        CancellationToken stop)
    {
        await using var command = new NpgsqlCommand($"""select "from", "to" from fetched_range where {Touching} order by "from" """, connection);
        AddSeries(command, figi, interval, range);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var ranges = new RangeSet();
        while (await reader.ReadAsync(stop))
            ranges.Add(new TimeRange(reader.GetFieldValue<DateTimeOffset>(0), reader.GetFieldValue<DateTimeOffset>(1)));
        return ranges;
    }

    private static async Task RemoveWithdrawnAsync(
        NpgsqlConnection connection, Figi figi, Interval interval, TimeRange fetched, IReadOnlyCollection<Candle> candles, CancellationToken stop)
    {
        await using var remove = new NpgsqlCommand(
            """
            delete from candle
            where figi = $1 and "interval" = $2 and open_time >= $3 and open_time < $4 and not (open_time = any($5))
            """, connection);
        AddSeries(remove, figi, interval, fetched);
        remove.Parameters.AddWithValue(candles.Select(candle => candle.OpenTime).ToArray());
        await remove.ExecuteNonQueryAsync(stop);
    }

    private static async Task StoreCandlesAsync(
        NpgsqlConnection connection, Figi figi, Interval interval, IReadOnlyCollection<Candle> candles, CancellationToken stop)
    {
        // Arrays and no table to copy into: one made for each page would fill the catalogs of the database with what is gone again.
        var rows = candles.ToList();
        await using var merge = new NpgsqlCommand(
            """
            insert into candle select $1, $2, * from unnest($3, $4, $5, $6, $7, $8, $9)
            on conflict (figi, "interval", open_time) do update set
                open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume,
                revision = excluded.revision
            """, connection);
        merge.Parameters.AddWithValue(figi.Value);
        merge.Parameters.AddWithValue((short)interval.Number);
        merge.Parameters.AddWithValue(rows.ConvertAll(candle => candle.OpenTime).ToArray());
        foreach (var figure in (Func<Candle, long>[])[one => one.Open.Nanos, one => one.High.Nanos, one => one.Low.Nanos, one => one.Close.Nanos,
            one => one.Volume])
            merge.Parameters.AddWithValue(rows.ConvertAll(candle => figure(candle)).ToArray());
        merge.Parameters.AddWithValue(rows.ConvertAll(candle => candle.Revision).ToArray());
        await merge.ExecuteNonQueryAsync(stop);
    }

    private static async Task StoreRangeAsync(NpgsqlConnection connection, Figi figi, Interval interval, TimeRange fetched, CancellationToken stop)
    {
        var merged = await FetchedAsync(connection, figi, interval, fetched, stop);
        merged.Add(fetched);
        await using (var delete = new NpgsqlCommand($"delete from fetched_range where {Touching}", connection))
        {
            AddSeries(delete, figi, interval, fetched);
            await delete.ExecuteNonQueryAsync(stop);
        }
        foreach (var range in merged.Ranges)
        {
            await using var insert = new NpgsqlCommand("insert into fetched_range values ($1, $2, $3, $4)", connection);
            AddSeries(insert, figi, interval, range);
            await insert.ExecuteNonQueryAsync(stop);
        }
    }

    private static void AddSeries(NpgsqlCommand command, Figi figi, Interval interval, TimeRange range)
    {
        command.Parameters.AddWithValue(figi.Value);
        command.Parameters.AddWithValue((short)interval.Number);
        command.Parameters.AddWithValue(range.From);
        command.Parameters.AddWithValue(range.To);
    }

    private sealed class Held(NpgsqlConnection connection, Figi figi, Interval interval) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await using var command = new NpgsqlCommand("select pg_advisory_unlock(hashtextextended($1, $2))", connection);
                command.Parameters.AddWithValue(figi.Value);
                command.Parameters.AddWithValue((long)interval.Number);
                await command.ExecuteNonQueryAsync();
            }
            finally
            {
                await connection.DisposeAsync();
            }
        }
    }
}
