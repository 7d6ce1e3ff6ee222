using Npgsql;

namespace StockPipeline.Storage.Postgres;

/// <summary>Brings the database to the newest shape, once, whoever starts first.</summary>
internal static class Migrations
{
    /// <summary>Guards the migrations of this product against two replicas that start together.</summary>
    private const long Lock = 0x53746F636B;

    /// <summary>In order; a step that has been released never changes, a new one is added.</summary>
    private static readonly string[] Steps =
    [
        """
        create table fetched_range (
            figi text not null,
            "interval" smallint not null,
            "from" timestamptz not null,
            "to" timestamptz not null,
            primary key (figi, "interval", "from"),
            check ("from" < "to"));
        create table candle (
            figi text not null,
            "interval" smallint not null,
            open_time timestamptz not null,
            open bigint not null,
            high bigint not null,
            low bigint not null,
            close bigint not null,
            volume bigint not null,
            revision int not null,
            primary key (figi, "interval", open_time));
        comment on column candle.open is 'in billionths';
        create table request_quota (
            name text primary key,
            quota int not null,
            remaining int not null,
            seconds double precision not null,
            ends timestamptz not null);
        """,
    ];

    public static async Task RunAsync(NpgsqlDataSource database, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await ExecuteAsync(connection, $"select pg_advisory_xact_lock({Lock}); create table if not exists schema_version (version int not null)",
            stop);
        await using var query = new NpgsqlCommand("select coalesce(max(version), 0) from schema_version", connection);
        var version = (int)(await query.ExecuteScalarAsync(stop))!;
        if (version > Steps.Length)
            throw new InvalidOperationException($"The database has version {version}, "
                + $"and this program knows versions up to {Steps.Length}: it is too old.");
        for (; version < Steps.Length; version++)
            await ExecuteAsync(connection, $"{Steps[version]}; insert into schema_version values ({version + 1})", stop);
        await transaction.CommitAsync(stop);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
#pragma warning disable CA2100 // The statements are constants of this class.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(stop);
    }
}
