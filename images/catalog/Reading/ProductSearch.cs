using System.Globalization;
using System.Text.Json;
using Npgsql;
using StockPipeline.CatalogApi.Searching;
using StockPipeline.CatalogApi.Storing;

namespace StockPipeline.CatalogApi.Reading;

/// <summary>What a list shows of a product.</summary>
internal sealed record ProductLine(
    int Id, string Key, int Revision, string Name, string Brand, string Model, double Completeness, int Conflicts, DateTimeOffset ChangedAt,
    decimal? Price, string? PriceOf, byte[]? Record)
{
    public bool InStock => Price is not null;
}

/// <summary>One page of a search.</summary>
/// <param name="Lines">The products.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
/// <param name="Total">How many there are.</param>
internal sealed record ProductPage(IReadOnlyList<ProductLine> Lines, string? Next, int Total);

/// <summary>
/// Lists products by a unique place in their order, so that no page repeats or passes over a product, and each costs the same. Which products a
/// page has is found in memory; what it shows of them stands in the tables.
/// </summary>
internal sealed class ProductSearch(NpgsqlDataSource database, ProductIndex index, CatalogState state, string currency)
{
    private const string Lines =
        """
        select product.id, product.key, revision, name, brand, model, completeness, conflicts, changed_at, best.price, best.partner
        """;

    /// <summary>The best offer is the lowest price in the one currency among what is in stock at a partner who was heard lately.</summary>
    private const string Wanted =
        """

        from unnest($1::int[]) with ordinality as wanted(id, place)
        join catalog.product on product.id = wanted.id
        left join lateral (
            select price, partner from catalog.offer
            where offer.key = product.key and available and offer.currency = $2 and partner = any($3) and held is distinct from price
            order by price, partner limit 1) as best on true
        where not gone order by place
        """;

    /// <exception cref="FormatException">The cursor is none of this search.</exception>
    public async Task<ProductPage> FindAsync(ProductFilter filter, string? cursor, int limit, bool full, CancellationToken cancellationToken)
    {
        var page = index.Find(filter, cursor is null ? null : ReadCursor(cursor, filter), limit);
        var lines = page.Ids.Count == 0 ? [] : await LinesAsync([.. page.Ids], full, cancellationToken);
        return new ProductPage(lines, page.Last is null ? null : WriteCursor(page.Last, filter), page.Total);
    }

    /// <summary>The line of a product; null where there is none any more.</summary>
    public async Task<ProductLine?> LineAsync(int number, CancellationToken cancellationToken) =>
        await LinesAsync([number], full: false, cancellationToken) is [var line] ? line : null;

    private async Task<List<ProductLine>> LinesAsync(int[] ids, bool full, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(full ? $"{Lines}, record{Wanted}" : Lines + Wanted);
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = ids });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = currency });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = state.FreshPartners() });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var lines = new List<ProductLine>(ids.Length);
        while (await rows.ReadAsync(cancellationToken))
        {
            lines.Add(new ProductLine(
                rows.GetInt32(0), rows.GetString(1), rows.GetInt32(2), rows.GetString(3), rows.GetString(4), rows.GetString(5),
                Math.Round(rows.GetFloat(6), 4), rows.GetInt32(7), new DateTimeOffset(rows.GetDateTime(8), TimeSpan.Zero),
                rows.IsDBNull(9) ? null : rows.GetDecimal(9), rows.IsDBNull(10) ? null : rows.GetString(10),
                full ? rows.GetFieldValue<byte[]>(11) : null));
        }
        return lines;
    }

    private static IndexPlace ReadCursor(string text, ProductFilter filter)
    {
        try
        {
            var json = Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (text.Length % 4)) % 4));
            var fields = JsonSerializer.Deserialize<string[]>(json);
            if (fields is [var id, var folded, var number, var ticks, var sum] && sum == filter.Sum)
            {
                return new IndexPlace(
                    int.Parse(id, CultureInfo.InvariantCulture), folded, double.Parse(number, CultureInfo.InvariantCulture),
                    long.Parse(ticks, CultureInfo.InvariantCulture));
            }
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or OverflowException)
        {
            throw new FormatException("the cursor is none that this interface gave", wrong);
        }
        throw new FormatException("the cursor is one of another search: it goes on only with the filters and the sort that it was given for");
    }

    private static string WriteCursor(IndexPlace place, ProductFilter filter) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new[]
    {
        place.Id.ToString(CultureInfo.InvariantCulture), place.Folded, place.Price.ToString("R", CultureInfo.InvariantCulture),
        place.Ticks.ToString(CultureInfo.InvariantCulture), filter.Sum,
    })).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
