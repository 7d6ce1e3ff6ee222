using Npgsql;
using StockPipeline.Polygon.Rest;
using StockPipeline.Storage.Postgres;

namespace StockPipeline.PolygonCollector;

/// <summary>What is known of shares and their splits, in PostgreSQL for whoever likes tables. Without a database it keeps nothing: the topics
/// have all that the pipeline needs.</summary>
internal sealed class Metadata : IAsyncDisposable
{
    private const string Tables = """
        create table if not exists us_shares (
            figi text primary key, ticker text not null, name text not null, exchange text not null, currency text not null,
            active boolean not null, updated_at timestamptz not null default now());
        create table if not exists corporate_actions (
            ticker text not null, date date not null, kind text not null, from_count numeric not null, to_count numeric not null,
            primary key (ticker, date, kind));
        """;

    private readonly NpgsqlDataSource? database;

    public Metadata(CollectorOptions options)
    {
        if (options.Database is { } address && DatabaseAddress.TryParse(address.Reveal(), out var connection))
            database = NpgsqlDataSource.Create(connection);
    }

    public Task PrepareAsync(CancellationToken cancellationToken) => ExecuteAsync(Tables, [], cancellationToken);

    public Task StoreAsync(TickerDetails share, CancellationToken cancellationToken) => ExecuteAsync(
        """
        insert into us_shares (figi, ticker, name, exchange, currency, active) values ($1, $2, $3, $4, $5, $6)
        on conflict (figi) do update set ticker = excluded.ticker, name = excluded.name, exchange = excluded.exchange,
            currency = excluded.currency, active = excluded.active, updated_at = now()
        """,
        [share.CompositeFigi!, share.Ticker, share.Name, share.PrimaryExchange, share.Currency, share.Active], cancellationToken);

    public Task StoreAsync(StockSplit split, CancellationToken cancellationToken) => ExecuteAsync(
        """
        insert into corporate_actions (ticker, date, kind, from_count, to_count) values ($1, $2, 'split', $3, $4)
        on conflict (ticker, date, kind) do update set from_count = excluded.from_count, to_count = excluded.to_count
        """,
        [split.Ticker, split.ExecutionDate, split.From, split.To], cancellationToken);

    public ValueTask DisposeAsync() => database?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task ExecuteAsync(string text, object[] values, CancellationToken cancellationToken)
    {
        if (database is null)
            return;
        await using var command = database.CreateCommand(text);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
