using Npgsql;
using StockPipeline.Contracts.Rates;
using StockPipeline.Rates.Rows;

namespace StockPipeline.RatesService.Rows;

/// <summary>
/// The table trade_info in PostgreSQL: five columns as users know them, and three of ours that a table of before is given. People edit it with
/// any tool; nothing but an empty table and one faulty row of old is ever written here.
/// </summary>
internal sealed class PostgresRows(NpgsqlDataSource database, ILogger<PostgresRows> log) : ITradeInfoStore
{
    /// <summary>Two replicas that start together make the table once.</summary>
    private const long Lock = 0x72617465;

    public const string Shape =
        """
        create table if not exists trade_info (
            id serial primary key, url text not null, currency_pair text not null, task_type text not null, wrapper_type text not null);
        alter table trade_info add column if not exists enabled boolean not null default true;
        alter table trade_info add column if not exists max_age_ms bigint;
        alter table trade_info add column if not exists priority int not null default 100;
        """;

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var lockIt = new NpgsqlCommand($"select pg_advisory_xact_lock({Lock})", connection))
            await lockIt.ExecuteNonQueryAsync(cancellationToken);
        await using (var make = new NpgsqlCommand(Shape, connection))
            await make.ExecuteNonQueryAsync(cancellationToken);
        await using (var count = new NpgsqlCommand("select count(*) from trade_info", connection))
        {
            if ((long)(await count.ExecuteScalarAsync(cancellationToken))! == 0)
                await InsertUsualAsync(connection, cancellationToken);
            else
                await RepairAsync(connection, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<TradeInfo>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select id::bigint, url, currency_pair, task_type, wrapper_type, enabled, max_age_ms, priority from trade_info order by id limit 10001
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<TradeInfo>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new TradeInfo
            {
                Id = reader.GetInt64(0), Url = reader.GetString(1), CurrencyPair = reader.GetString(2), TaskType = reader.GetString(3),
                WrapperType = reader.GetString(4), Enabled = reader.GetBoolean(5),
                MaxAgeMs = await reader.IsDBNullAsync(6, cancellationToken) ? null : reader.GetInt64(6), Priority = reader.GetInt32(7),
            });
        }
        return rows.Count <= RowFollower.MostRows
            ? rows
            : throw new InvalidOperationException($"trade_info has more than {RowFollower.MostRows} rows");
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private async Task InsertUsualAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var row in StartupRows.All)
        {
            await using var insert = new NpgsqlCommand(
                "insert into trade_info (url, currency_pair, task_type, wrapper_type) values ($1, $2, $3, $4)", connection);
            foreach (var value in (ReadOnlySpan<string>)[row.Url, row.CurrencyPair, row.TaskType, row.WrapperType])
                insert.Parameters.AddWithValue(value);
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
        Log.RowsMade(log, StartupRows.All.Count);
    }

    /// <summary>The one row that the system before this one got wrong, and only where it still is exactly that.</summary>
    private async Task RepairAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var update = new NpgsqlCommand(
            """
            update trade_info set currency_pair = $1 where url = $2 and currency_pair = $3 and task_type = $4 and wrapper_type = 'binance'
            returning id::bigint
            """, connection);
        foreach (var value in (ReadOnlySpan<string>)[
            StartupRows.RepairedPair, StartupRows.EtherStream, StartupRows.FaultyPair, StartupRows.BinanceTask])
        {
            update.Parameters.AddWithValue(value);
        }
        await using var reader = await update.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            Log.RowRepaired(log, reader.GetInt64(0));
    }
}
