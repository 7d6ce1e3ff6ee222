using System.Net.Sockets;
using Npgsql;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Rates;
using StockPipeline.Hosting.Status;
using StockPipeline.Rates.Rows;
using StockPipeline.Rates.Sources;

namespace StockPipeline.RatesService.Rows;

/// <summary>
/// Follows the rows of trade_info: an edit counts within seconds. A row that cannot be right is said once, and again when it is another one.
/// While the database is away the rows known before hold.
/// </summary>
internal sealed class RowFollower(ITradeInfoStore store, ModuleCatalog modules, Health health, TimeProvider clock, ILogger<RowFollower> log)
{
    public const int MostRows = 10_000;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly HealthCheck check = health.Check("trade_info");
    private readonly Dictionary<long, string> said = [];
    private volatile RowSnapshot current = RowSnapshot.Unread;

    /// <summary>The newest rows; unread until the table has been seen once.</summary>
    public RowSnapshot Current => current;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(new BackoffLimits { First = TimeSpan.FromMilliseconds(500), Cap = TimeSpan.FromSeconds(4) }, clock);
        var prepared = false;
        while (true)
        {
            try
            {
                if (!prepared)
                    await store.PrepareAsync(cancellationToken);
                prepared = true;
                Take(await store.ReadAsync(cancellationToken));
                backoff.Succeeded();
                check.Ready();
                await Task.Delay(Every, clock, cancellationToken);
            }
            catch (Exception away) when (away is NpgsqlException or SocketException or IOException or TimeoutException or InvalidOperationException)
            {
                // The table may have been dropped and be made anew.
                prepared = away is not PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn };
                var pause = backoff.NextPause()!.Value;
                if (backoff.Failures == 1)
                    Log.RowsUnreadable(log, away.Message, pause);
                check.Failing(away.Message);
                await backoff.WaitAsync(pause, cancellationToken);
            }
        }
    }

    private void Take(IReadOnlyList<TradeInfo> rows)
    {
        if (current.IsRead && current.Rows.SequenceEqual(rows))
            return;
        var reading = RowReader.Read(rows, modules);
        var refused = reading.Refused.ToDictionary(row => row.Id, row => row.Problem);
        foreach (var (id, problem) in refused)
        {
            if (!said.TryGetValue(id, out var before) || before != problem)
                Log.RowRefused(log, id, problem);
        }
        said.Clear();
        foreach (var (id, problem) in refused)
            said.Add(id, problem);
        current = new RowSnapshot(rows, reading, [.. rows.Select(row => row with { Problem = refused.GetValueOrDefault(row.Id) })]);
        Log.RowsRead(
            log, rows.Count, reading.Accepted.Sum(row => row.Feeds.Count), reading.Accepted.Select(row => row.Link).Distinct().Count(),
            reading.Refused.Count);
    }
}
