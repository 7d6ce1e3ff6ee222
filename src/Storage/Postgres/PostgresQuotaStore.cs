using Npgsql;
using NpgsqlTypes;

namespace StockPipeline.Storage.Postgres;

/// <summary>
/// Windows of requests that all replicas draw from. The database's clock counts, so that machines need not agree on the time; for a market whose
/// time is simulated its clock does, for there a minute may pass within a second.
/// </summary>
public sealed class PostgresQuotaStore
{
    private const string Now = "coalesce($1, now())";

    /// <summary>
    /// A window that ends more than a minute later than it can was begun by a clock that has gone back since, and counts as over. So much may
    /// replicas differ in what they take for now.
    /// </summary>
    private const string IsOver =
        $"(request_quota.ends <= {Now} or request_quota.ends > {Now} + make_interval(secs => request_quota.seconds + 60))";

    private readonly NpgsqlDataSource database;
    private readonly TimeProvider? clock;

    internal PostgresQuotaStore(NpgsqlDataSource database, TimeProvider? clock = null)
    {
        this.database = database;
        this.clock = clock;
    }

    /// <summary>The same windows, counted by another clock than the database's.</summary>
    public PostgresQuotaStore CountedBy(TimeProvider market) => new(database, market);

    /// <summary>Takes one right of the window of that name, which begins with these figures if nobody has used it yet.</summary>
    /// <returns>Null when it was taken, else how long to wait before asking again, by the clock that counts.</returns>
    public async Task<TimeSpan?> TryTakeAsync(string name, int quota, TimeSpan length, CancellationToken stop)
    {
        await using var command = Command(
            $"""
            with begun as (
                insert into request_quota values ($2, $3, $3, $4, {Now} + make_interval(secs => $4)) on conflict (name) do nothing),
            taken as (
                update request_quota set
                    remaining = case when {IsOver} then quota else remaining end - 1,
                    ends = case when {IsOver} then {Now} + make_interval(secs => seconds) else ends end
                where name = $2 and (remaining > 0 or {IsOver}) returning 1)
            select (select count(*) from taken), (select extract(epoch from ends - {Now}) from request_quota where name = $2)
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
        await using var command = Command(
            $"""
            insert into request_quota values ($2, $3, $4, $5, {Now} + make_interval(secs => $6))
            on conflict (name) do update set
                remaining = case when request_quota.quota = $3 and not {IsOver} then least(request_quota.remaining, $4) else $4 end,
                quota = $3, seconds = $5,
                ends = case when {IsOver} then excluded.ends else greatest(request_quota.ends, excluded.ends) end
            """);
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(quota);
        command.Parameters.AddWithValue(remaining);
        command.Parameters.AddWithValue(length.TotalSeconds);
        command.Parameters.AddWithValue(endsIn.TotalSeconds);
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>A statement whose first parameter is now where another clock counts than the database's.</summary>
    private NpgsqlCommand Command(string statement)
    {
        var command = database.CreateCommand(statement);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = (object?)clock?.GetUtcNow() ?? DBNull.Value });
        return command;
    }
}
