using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace StockPipeline.RatesService.Sharing;

/// <summary>
/// Rights as advisory locks of one session of PostgreSQL: they go when the connection goes, so one that was killed blocks nobody. While the
/// database is away nobody can take anything, and what is held is kept; when it is back the old holders come first.
/// </summary>
internal sealed class PostgresLeases(NpgsqlDataSource database, TimeProvider clock, ILogger<PostgresLeases> log) : ILeases
{
    /// <summary>The classes of the locks: who is there, and who has what.</summary>
    private const int MemberClass = 0x52415445;

    private const int LeaseClass = 0x52415446;

    /// <summary>After an outage those who held something have so long to take it again.</summary>
    private static readonly TimeSpan OldHoldersFirst = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> held = new(StringComparer.Ordinal);
    private readonly int member = RandomNumberGenerator.GetInt32(int.MaxValue);
    private NpgsqlConnection? connection;
    private DateTimeOffset? back;
    private bool away;

    public int Members { get; private set; } = 1;

    public async Task<IReadOnlyList<string>> RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            var lost = connection is null ? await ConnectAsync(cancellationToken) : [];
            await using var count = Command(
                """
                select count(distinct objid) from pg_locks where locktype = 'advisory' and classid = $1 and objsubid = 2 and granted
                and database = (select oid from pg_database where datname = current_database())
                """, MemberClass);
            Members = Math.Max(1, (int)(long)(await count.ExecuteScalarAsync(cancellationToken))!);
            return lost;
        }
        catch (Exception failure) when (IsOutage(failure))
        {
            await LoseAsync(failure);
            return [];
        }
    }

    public async Task<bool> TryTakeAsync(string name, CancellationToken cancellationToken)
    {
        if (held.Contains(name))
            return true;
        if (connection is null || (back is { } since && clock.GetUtcNow() - since < OldHoldersFirst))
            return false;
        try
        {
            if (!await LockAsync(name, cancellationToken))
                return false;
            held.Add(name);
            return true;
        }
        catch (Exception failure) when (IsOutage(failure))
        {
            await LoseAsync(failure);
            return false;
        }
    }

    public async Task ReleaseAsync(string name, CancellationToken cancellationToken)
    {
        if (!held.Remove(name) || connection is null)
            return;
        try
        {
            await using var unlock = Command("select pg_advisory_unlock($1, $2)", LeaseClass, NumberOf(name));
            await unlock.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception failure) when (IsOutage(failure))
        {
            await LoseAsync(failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        await database.DisposeAsync();
    }

    private async Task<IReadOnlyList<string>> ConnectAsync(CancellationToken cancellationToken)
    {
        var opened = await database.OpenConnectionAsync(cancellationToken);
        connection = opened;
        await using (var present = Command("select pg_advisory_lock($1, $2)", MemberClass, member))
            await present.ExecuteNonQueryAsync(cancellationToken);
        var lost = new List<string>();
        foreach (var name in held.ToList())
        {
            if (await LockAsync(name, cancellationToken))
                continue;
            held.Remove(name);
            lost.Add(name);
        }
        back = away ? clock.GetUtcNow() : null;
        away = false;
        return lost;
    }

    private async Task<bool> LockAsync(string name, CancellationToken cancellationToken)
    {
        await using var take = Command("select pg_try_advisory_lock($1, $2)", LeaseClass, NumberOf(name));
        return (bool)(await take.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task LoseAsync(Exception failure)
    {
        if (!away)
            Log.LeasesAway(log, failure.Message);
        away = true;
        var gone = connection;
        connection = null;
        if (gone is not null)
            await gone.DisposeAsync();
    }

    private NpgsqlCommand Command(string statement, params ReadOnlySpan<int> numbers)
    {
        // The statements are constants of this class.
#pragma warning disable CA2100 // They are handed in by its own methods alone.
        var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 5 };
#pragma warning restore CA2100
        foreach (var number in numbers)
            command.Parameters.AddWithValue(number);
        return command;
    }

    private static bool IsOutage(Exception failure) =>
        failure is NpgsqlException or SocketException or IOException or TimeoutException or InvalidOperationException;

    private static int NumberOf(string name) => BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
