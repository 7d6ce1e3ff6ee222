using System.Globalization;
using Npgsql;
using StockPipeline.Catalog.Offers;
using StockPipeline.CatalogApi.Storing;
using StockPipeline.CatalogApi.V2;
using StockPipeline.Contracts.Topics;

namespace StockPipeline.CatalogApi.Reading;

/// <summary>Asks what was offered and what changed. Safe from any thread.</summary>
internal sealed class HistoryQueries(NpgsqlDataSource database, CatalogState state, TimeProvider clock)
{
    /// <summary>Points of one history; a price that changes each ten minutes makes 13,000 in the ninety days that changes are kept.</summary>
    private const int MaxPoints = 20_000;

    /// <summary>All offers of a product: the best first, what is stale, out of stock or not believed last.</summary>
    public async Task<IReadOnlyList<OfferShape>> OffersAsync(string key, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select partner, price, old_price, currency, available, observed_at, held, held_since from catalog.offer where key = $1");
        command.Parameters.AddWithValue(key);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var offers = new List<OfferShape>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var partner = rows.GetString(0);
            offers.Add(new OfferShape(
                partner, rows.GetDecimal(1), rows.IsDBNull(2) ? null : rows.GetDecimal(2), rows.GetString(3), rows.GetBoolean(4), Instant(rows, 5),
                state.Partners.GetValueOrDefault(partner)?.CompleteAt, state.IsFresh(partner), rows.IsDBNull(6) ? null : rows.GetDecimal(6),
                rows.IsDBNull(7) ? null : Instant(rows, 7)));
        }
        return
        [
            .. offers.OrderByDescending(offer => offer.Fresh && offer.InStock && offer.Believed)
                .ThenBy(offer => offer.Currency, StringComparer.Ordinal)
                .ThenBy(offer => offer.Price).ThenBy(offer => offer.Partner, StringComparer.Ordinal),
        ];
    }

    public async Task<PricesShape> PricesAsync(string key, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"select partner, at, price, currency, available from catalog.price where key = $1 order by at, partner limit {MaxPoints}");
        command.Parameters.AddWithValue(key);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var points = new List<PriceShape>();
        while (await rows.ReadAsync(cancellationToken))
        {
            points.Add(new PriceShape(
                rows.GetString(0), Instant(rows, 1), rows.IsDBNull(2) ? null : rows.GetDecimal(2), rows.IsDBNull(3) ? null : rows.GetString(3),
                rows.GetBoolean(4)));
        }
        var now = clock.GetUtcNow();
        return new PricesShape(points, points.GroupBy(point => point.Partner, StringComparer.Ordinal).ToDictionary(
            own => own.Key, own => LowestPrice.Of([.. own.Select(point => new PricePoint(point.At, point.InStock ? point.Price : null))], now),
            StringComparer.Ordinal));
    }

    /// <summary>The last changes of a product, the newest first.</summary>
    public async Task<IReadOnlyList<ChangeShape>> ChangesOfAsync(string key, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select key, revision, field, was, becomes, partner, at from catalog.change where key = $1 order by at desc, record_offset "
                + "desc limit $2");
        command.Parameters.AddWithValue(key);
        command.Parameters.AddWithValue(limit);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var changes = new List<ChangeShape>();
        while (await rows.ReadAsync(cancellationToken))
            changes.Add(Change(rows, 0));
        return changes;
    }

    /// <summary>The topic of changes over HTTP: what follows a place in it, which is an offset for each partition.</summary>
    /// <exception cref="FormatException">The place is none.</exception>
    public async Task<FeedShape> FeedAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        var offsets = Place(after);
        await using var command = database.CreateCommand(
            "select partition, record_offset, key, revision, field, was, becomes, partner, at from unnest($1::int[], $2::bigint[]) as "
                + "place(part, seen) "
            + "cross join lateral (select * from catalog.change where partition = part and record_offset > seen order by record_offset "
            + "limit $3) as next "
            + "order by record_offset, partition limit $3");
        command.Parameters.AddWithValue(Enumerable.Range(0, offsets.Length).ToArray());
        command.Parameters.AddWithValue(offsets);
        command.Parameters.AddWithValue(limit);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var changes = new List<ChangeShape>();
        while (await rows.ReadAsync(cancellationToken))
        {
            offsets[rows.GetInt32(0)] = rows.GetInt64(1);
            changes.Add(Change(rows, 2));
        }
        return new FeedShape(changes, string.Join('.', offsets.Select(offset => (offset + 1).ToString(CultureInfo.InvariantCulture))));
    }

    private static long[] Place(string? after)
    {
        if (string.IsNullOrEmpty(after))
            return [.. Enumerable.Repeat(-1L, CatalogTopics.ProductPartitions)];
        var parts = after.Split('.');
        var offsets = new long[CatalogTopics.ProductPartitions];
        if (parts.Length != offsets.Length)
            throw new FormatException("after is none that this interface gave");
        for (var i = 0; i < offsets.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out var next))
                throw new FormatException("after is none that this interface gave");
            offsets[i] = next - 1;
        }
        return offsets;
    }

    private static ChangeShape Change(NpgsqlDataReader rows, int first) => new(
        rows.GetString(first), rows.GetInt32(first + 1), rows.GetString(first + 2), rows.IsDBNull(first + 3) ? null : rows.GetString(first + 3),
        rows.IsDBNull(first + 4) ? null : rows.GetString(first + 4), rows.GetString(first + 5), Instant(rows, first + 6));

    private static DateTimeOffset Instant(NpgsqlDataReader rows, int column) => new(rows.GetDateTime(column), TimeSpan.Zero);
}
