using Npgsql;

namespace StockPipeline.Storage.Postgres;

/// <summary>
/// Windows of requests that all replicas draw from. The database's clock counts, so that machines need not agree on the time.
/// </summary>
public sealed class PostgresQuotaStore
{
    private readonly NpgsqlDataSource database;

    internal PostgresQuotaStore(NpgsqlDataSource database) => this.database = database;

    /// <summary>Takes one right of the window of that name, which begins with these figures if nobody has used it yet.</summary>
    /// <returns>Null when it was taken, else how long to wait before asking again.</returns>
    public async Task<TimeSpan?> TryTakeAsync(string name, int quota, TimeSpan length, CancellationToken stop)
    {
        await using var command = database.CreateCommand(
            """
            with begun as (
                insert into request_quota values ($1, $2, $2, $3, now() + make_interval(secs => $3)) on conflict (name) do nothing),
            taken as (
                update request_quota set
                    remaining = case when ends <= now() then quota else remaining end - 1,
                    ends = case when ends <= now() then now() + make_interval(secs => seconds) else ends end
                where name = $1 and (remaining > 0 or ends <= now()) returning 1)
            select (select count(*) from taken), (select extract(epoch from ends - now()) from request_quota where name = $1)
            """);
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(quota);
        command.Parameters.AddWithValue(length.TotalSeconds);
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        if (reader.GetInt64(0) > 0)
            return null;
        // A window that has just been made is not seen by the statement that made it: the next try takes from it.
        var wait = await reader.IsDBNullAsync(1, stop) ? 0 : (double)reader.GetDecimal(1);
        return TimeSpan.FromSeconds(Math.Max(0.001, wait));
    }

    /// <summary>Passes on what the exchange says of the window.</summary>
    public async Task ReportAsync(string name, int quota, int remaining, TimeSpan length, TimeSpan endsIn, CancellationToken stop)
    {
        await using var command = database.CreateCommand(
            """
            insert into request_quota values ($1, $2, $3, $4, now() + make_interval(secs => $5))
            on conflict (name) do update set
                remaining = case when request_quota.quota = $2 then least(request_quota.remaining, $3) else $3 end,
                quota = $2, seconds = $4,
                ends = greatest(request_quota.ends, now() + make_interval(secs => $5))
            """);
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(quota);
        command.Parameters.AddWithValue(remaining);
        command.Parameters.AddWithValue(length.TotalSeconds);
        command.Parameters.AddWithValue(endsIn.TotalSeconds);
        await command.ExecuteNonQueryAsync(stop);
    }
}
