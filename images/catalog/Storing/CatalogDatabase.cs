using Npgsql;

namespace StockPipeline.CatalogApi.Storing;

/// <summary>
/// The catalog's database and its schema. All of it follows from the topics: when its shape is another one than this program's, it is dropped and
/// read again.
/// </summary>
internal static class CatalogDatabase
{
    public const string Schema = "catalog";

    /// <summary>Grows with each change of the tables or of the records in them.</summary>
    private const int Shape = 3;

    /// <summary>Guards the making of database and schema against two replicas that start together.</summary>
    private const long Lock = 0x436174616C6F67;

    private const string Tables =
        """
        create table catalog.shape (version int not null);
        create table catalog.position (
            topic text not null, partition int not null, topic_id text not null, next_offset bigint not null, primary key (topic, partition));
        create table catalog.product (
            id int primary key,
            key text not null,
            revision int not null,
            gone boolean not null,
            name text not null,
            brand text not null,
            model text not null,
            folded text not null,
            completeness real not null,
            conflicts int not null,
            changed_at timestamptz not null,
            record bytea not null,
            partition int not null,
            record_offset bigint not null) with (fillfactor = 50, toast_tuple_target = 8160);
        create unique index product_key on catalog.product (key);
        create index product_name on catalog.product (folded);
        comment on column catalog.product.record is 'the record of catalog-products in Avro, without a schema id';
        comment on column catalog.product.folded is 'the name as it is compared: folded by the program, not by the database';
        create table catalog.offer (
            key text not null, partner text not null, price numeric(18, 4) not null, old_price numeric(18, 4), currency text not null,
            available boolean not null, observed_at timestamptz not null, held numeric(18, 4), held_since timestamptz, partition int not null,
            record_offset bigint not null, primary key (key, partner));
        comment on column catalog.offer.held is 'what the partner says instead and is not believed; the price itself where nothing ever was';
        create table catalog.price (
            key text not null, partner text not null, at timestamptz not null, price numeric(18, 4), currency text, available boolean not null,
            primary key (key, partner, at));
        create table catalog.change (
            partition int not null, record_offset bigint not null, key text not null, revision int not null, field text not null,
            was text, becomes text, partner text not null, at timestamptz not null, primary key (partition, record_offset));
        create index change_key on catalog.change (key, at desc);
        """;

    /// <summary>Makes the database where it is missing, with a character type in which Cyrillic letters are letters, and the schema in it.</summary>
    /// <exception cref="InvalidOperationException">The database cannot be used; the message says why.</exception>
    public static async Task PrepareAsync(string connection, CancellationToken cancellationToken)
    {
        await CreateDatabaseAsync(connection, cancellationToken);
        await using var database = NpgsqlDataSource.Create(connection);
        await using var session = await database.OpenConnectionAsync(cancellationToken);
        await using (var query = new NpgsqlCommand("select lower('Ж') = 'ж' and 'ж' ~ '\\w'", session))
        {
            if (await query.ExecuteScalarAsync(cancellationToken) is not true)
            {
                throw new InvalidOperationException(
                    $"The database {session.Database} has a character type that knows no Cyrillic letters: make it with "
                    + "create database … template template0 encoding 'UTF8' lc_ctype 'C.UTF-8'.");
            }
        }
        await using var transaction = await session.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(session, $"select pg_advisory_xact_lock({Lock})", cancellationToken);
        await using var shape = new NpgsqlCommand(
            "select to_regclass('catalog.shape') is not null and (select count(*) from pg_namespace where nspname = 'catalog') > 0", session);
        var isThere = await shape.ExecuteScalarAsync(cancellationToken) is true;
        if (isThere)
        {
            await using var version = new NpgsqlCommand("select coalesce(max(version), 0) from catalog.shape", session);
            isThere = await version.ExecuteScalarAsync(cancellationToken) is Shape;
        }
        if (!isThere)
        {
            await ExecuteAsync(session, "drop schema if exists catalog cascade; create schema catalog", cancellationToken);
            await ExecuteAsync(session, Tables, cancellationToken);
            await ExecuteAsync(session, $"insert into catalog.shape values ({Shape})", cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task CreateDatabaseAsync(string connection, CancellationToken cancellationToken)
    {
        var wanted = new NpgsqlConnectionStringBuilder(connection);
        var name = wanted.Database ?? throw new InvalidOperationException("The address of the catalog's database names no database.");
        var server = new NpgsqlConnectionStringBuilder(connection) { Database = "postgres", Pooling = false };
        await using var session = new NpgsqlConnection(server.ConnectionString);
        try
        {
            await session.OpenAsync(cancellationToken);
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InvalidPassword
            or PostgresErrorCodes.InsufficientPrivilege)
        {
            // Whoever may use only one database has been given it: whether it is there, opening it will tell.
            return;
        }
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1",
            session) { Parameters = { new() { Value = name } } };
        if (await exists.ExecuteScalarAsync(cancellationToken) is not null)
            return;
        var quoted = new NpgsqlCommandBuilder().QuoteIdentifier(name);
        try
        {
            await ExecuteAsync(
                session, $"create database {quoted} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'", cancellationToken);
        }
        catch (PostgresException raced) when (raced.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another replica made it at the same moment.
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection session, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The statements are constants of this class; the one name in them is quoted.
        await using var command = new NpgsqlCommand(sql, session);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
