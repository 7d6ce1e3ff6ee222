using Npgsql;
using NpgsqlTypes;
using StockPipeline.Contracts.Connections;

namespace StockPipeline.Gateway.People;

/// <summary>Accounts in PostgreSQL, in a schema of their own that is made when it is missing. Any number of gateways share it.</summary>
internal sealed class PostgresAccounts : IAccounts, IAsyncDisposable
{
    /// <summary>Connections of one gateway at most.</summary>
    private const int MaxConnections = 4;

    private const string Schema = """
        CREATE SCHEMA IF NOT EXISTS gateway;
        CREATE TABLE IF NOT EXISTS gateway.users (name text PRIMARY KEY, hash text NOT NULL, created timestamptz NOT NULL DEFAULT now());
        ALTER TABLE gateway.users ADD COLUMN IF NOT EXISTS admin boolean NOT NULL DEFAULT false;
        CREATE TABLE IF NOT EXISTS gateway.sessions (hash bytea PRIMARY KEY, name text NOT NULL REFERENCES gateway.users ON DELETE CASCADE,
            expires timestamptz NOT NULL);
        CREATE TABLE IF NOT EXISTS gateway.tokens (hash bytea PRIMARY KEY, name text NOT NULL REFERENCES gateway.users ON DELETE CASCADE,
            label text NOT NULL, created timestamptz NOT NULL DEFAULT now());
        CREATE TABLE IF NOT EXISTS gateway.watchlists (owner text NOT NULL, name text NOT NULL, figis text[] NOT NULL, version bigint NOT NULL,
            PRIMARY KEY (owner, name));
        """;

    private readonly NpgsqlDataSource source;

    private PostgresAccounts(NpgsqlDataSource source) => this.source = source;

    public static async Task<PostgresAccounts> OpenAsync(Secret address, CancellationToken cancellationToken)
    {
        var builder = new NpgsqlConnectionStringBuilder(address.Reveal()) { MaxPoolSize = MaxConnections, ApplicationName = "gateway" };
        var source = NpgsqlDataSource.Create(builder);
        try
        {
            // Two gateways that start at once would both find nothing and both make it.
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(7170170);" + Schema, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new PostgresAccounts(source);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    public Task<string?> HashOfAsync(string name, CancellationToken cancellationToken) =>
        TextAsync("SELECT hash FROM gateway.users WHERE name = $1", cancellationToken, name);

    public async Task<bool> AddAsync(string name, string hash, CancellationToken cancellationToken) =>
        await DoAsync("INSERT INTO gateway.users (name, hash) VALUES ($1, $2) ON CONFLICT DO NOTHING", cancellationToken, name, hash) == 1;

    public async Task<bool> IsAdminAsync(string name, CancellationToken cancellationToken) =>
        await TextAsync("SELECT name FROM gateway.users WHERE name = $1 AND admin", cancellationToken, name) is not null;

    public Task SetAdminAsync(string name, CancellationToken cancellationToken) =>
        DoAsync("UPDATE gateway.users SET admin = true WHERE name = $1", cancellationToken, name);

    public Task RehashAsync(string name, string hash, CancellationToken cancellationToken) =>
        DoAsync("UPDATE gateway.users SET hash = $2 WHERE name = $1", cancellationToken, name, hash);

    public async Task OpenAsync(byte[] sessionHash, string name, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        await DoAsync("DELETE FROM gateway.sessions WHERE expires < now()", cancellationToken);
        await DoAsync("INSERT INTO gateway.sessions (hash, name, expires) VALUES ($1, $2, $3)", cancellationToken, sessionHash, name, expires);
    }

    public Task<string?> UserOfSessionAsync(byte[] sessionHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        TextAsync("SELECT name FROM gateway.sessions WHERE hash = $1 AND expires > $2", cancellationToken, sessionHash, now);

    public Task CloseAsync(byte[] sessionHash, CancellationToken cancellationToken) =>
        DoAsync("DELETE FROM gateway.sessions WHERE hash = $1", cancellationToken, sessionHash);

    public Task AddTokenAsync(byte[] tokenHash, string name, string label, CancellationToken cancellationToken) =>
        DoAsync("INSERT INTO gateway.tokens (hash, name, label) VALUES ($1, $2, $3)", cancellationToken, tokenHash, name, label);

    public Task<string?> UserOfTokenAsync(byte[] tokenHash, CancellationToken cancellationToken) =>
        TextAsync("SELECT name FROM gateway.tokens WHERE hash = $1", cancellationToken, tokenHash);

    public Task<int> RemoveTokensAsync(string name, string label, CancellationToken cancellationToken) =>
        DoAsync("DELETE FROM gateway.tokens WHERE name = $1 AND label = $2", cancellationToken, name, label);

    public async Task<IReadOnlyList<Watchlist>> WatchlistsAsync(string name, CancellationToken cancellationToken)
    {
        await using var command = Command("SELECT name, figis, version FROM gateway.watchlists WHERE owner = $1 ORDER BY name", name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var lists = new List<Watchlist>();
        while (await reader.ReadAsync(cancellationToken))
            lists.Add(new Watchlist(reader.GetString(0), reader.GetFieldValue<string[]>(1), reader.GetInt64(2)));
        return lists;
    }

    public async Task<long?> SaveWatchlistAsync(
        string name, string list, IReadOnlyList<string> figis, long? expected, CancellationToken cancellationToken)
    {
        const string Save = """
            INSERT INTO gateway.watchlists AS known (owner, name, figis, version) SELECT $1, $2, $3, 1 WHERE $4::bigint IS NULL OR $4 = 0
                OR EXISTS (SELECT FROM gateway.watchlists WHERE owner = $1 AND name = $2)
            ON CONFLICT (owner, name) DO UPDATE SET figis = $3, version = known.version + 1 WHERE $4::bigint IS NULL OR known.version = $4
            RETURNING version
            """;
        await using var command = Command(Save, name, list, figis.ToArray());
        command.Parameters.Add(new NpgsqlParameter { Value = expected is { } version ? version : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    public async Task<bool> RemoveWatchlistAsync(string name, string list, CancellationToken cancellationToken) =>
        await DoAsync("DELETE FROM gateway.watchlists WHERE owner = $1 AND name = $2", cancellationToken, name, list) == 1;

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task<string?> TextAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    private async Task<int> DoAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = source.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
