using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace StockPipeline.CatalogApi.Reading;

/// <summary>In which order products are listed.</summary>
internal enum ProductSort
{
    Number,
    Name,
    Price,
    Changed,
}

/// <summary>A range of one attribute's numbers; an open end is null.</summary>
internal sealed record AttributeRange(int Attribute, double? From, double? To);

/// <summary>What is searched for, and where the page begins.</summary>
internal sealed record ProductFilter
{
    public string Text { get; init; } = "";

    /// <summary>Folded.</summary>
    public IReadOnlyList<string> Brands { get; init; } = [];

    public IReadOnlyList<AttributeRange> Ranges { get; init; } = [];

    public bool? InStock { get; init; }

    public decimal? PriceFrom { get; init; }

    public decimal? PriceTo { get; init; }

    public ProductSort Sort { get; init; }

    /// <summary>Everything but the place, in few letters: a cursor carries it, so that it goes on in the list that it came from.</summary>
    public string Sum => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new object?[] { Text, Brands, Ranges, InStock, PriceFrom, PriceTo, Sort })).AsSpan(0, 6));
}

/// <summary>What a list shows of a product.</summary>
internal sealed record ProductLine(
    int Id, string Key, int Revision, string Name, string Brand, string Model, double Completeness, int Conflicts, DateTimeOffset ChangedAt,
        bool InStock,
    decimal? Price, string? PriceOf, byte[] Record);

/// <summary>One page of a search.</summary>
/// <param name="Lines">The products.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
/// <param name="Total">How many there are, counted no further than the limit.</param>
internal sealed record ProductPage(IReadOnlyList<ProductLine> Lines, string? Next, int Total);

/// <summary>Lists products by a unique place in their order, so that no page repeats or passes over a product, and each costs the same.</summary>
internal sealed class ProductSearch(NpgsqlDataSource database)
{
    /// <summary>Totals are counted up to here: a count of all that match costs more than the page.</summary>
    public const int MaxTotal = 1_001;

    private const string Columns =
        "id, key, revision, name, brand, model, completeness, conflicts, changed_at, in_stock, best_price, best_partner, record, folded, sort_price";

    /// <exception cref="FormatException">The cursor is none of this search.</exception>
    public async Task<ProductPage> FindAsync(ProductFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var parameters = new List<object>();
        string Add(object value)
        {
            parameters.Add(value);
            return $"${parameters.Count}";
        }

        var where = new StringBuilder("not gone");
        foreach (var word in SearchText.Words(filter.Text))
            where.Append(CultureInfo.InvariantCulture, $" and folded like {Add(word)}");
        if (filter.Brands.Count > 0)
            where.Append(CultureInfo.InvariantCulture, $" and brand_folded = any({Add(filter.Brands.ToArray())})");
        foreach (var range in filter.Ranges)
        {
            where.Append(CultureInfo.InvariantCulture, $" and exists (select 1 from catalog.number where number.id = product.id and attribute = ")
                .Append(CultureInfo.InvariantCulture, $"{range.Attribute}::smallint and value between ")
                .Append(CultureInfo.InvariantCulture, $"{Add(range.From ?? double.NegativeInfinity)} and ")
                .Append(CultureInfo.InvariantCulture, $"{Add(range.To ?? double.PositiveInfinity)})");
        }
        if (filter.InStock is { } inStock)
            where.Append(inStock ? " and in_stock" : " and not in_stock");
        if (filter.PriceFrom is { } from)
            where.Append(CultureInfo.InvariantCulture, $" and sort_price >= {Add((double)from)}");
        if (filter.PriceTo is { } to)
            where.Append(CultureInfo.InvariantCulture, $" and sort_price <= {Add((double)to)}");
        var counted = $"select count(*)::int from (select 1 from catalog.product where {where} limit {MaxTotal}) as found";
        var countedWith = parameters.ToArray();

        if (cursor is not null)
        {
            var place = Cursor.Read(cursor, filter);
            where.Append(filter.Sort switch
            {
                ProductSort.Name => $" and (folded collate \"C\", id) > ({Add(place.Text)}, {Add(place.Id)})",
                ProductSort.Price => $" and (sort_price, id) > ({Add(place.Number)}, {Add(place.Id)})",
                ProductSort.Changed => $" and (changed_at, id) < ({Add(new DateTime(place.Ticks, DateTimeKind.Utc))}, {Add(place.Id)})",
                _ => $" and id > {Add(place.Id)}",
            });
        }
        var order = filter.Sort switch
        {
            ProductSort.Name => "folded collate \"C\", id",
            ProductSort.Price => "sort_price, id",
            ProductSort.Changed => "changed_at desc, id desc",
            _ => "id",
        };

        await using var session = await database.OpenConnectionAsync(cancellationToken);
        var lines = new List<ProductLine>(limit + 1);
        Cursor? last = null;
        await using (var command = Command(
            session, $"select {Columns} from catalog.product where {where} order by {order} limit {limit + 1}", parameters))
        await using (var rows = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken))
            {
                if (lines.Count == limit - 1)
                    last = new Cursor(rows.GetInt32(0), rows.GetString(13), rows.GetDouble(14), rows.GetDateTime(8).Ticks, filter.Sum);
                lines.Add(Line(rows));
            }
        }
        await using var count = Command(session, counted, countedWith);
        var total = (int)(await count.ExecuteScalarAsync(cancellationToken))!;
        var hasMore = lines.Count > limit;
        if (hasMore)
            lines.RemoveAt(limit);
        return new ProductPage(lines, hasMore ? last!.Write() : null, total);
    }

    /// <summary>The line of a product; null where there is none any more.</summary>
    public async Task<ProductLine?> LineAsync(int number, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select {Columns} from catalog.product where id = $1 and not gone");
        command.Parameters.AddWithValue(number);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken) ? Line(rows) : null;
    }

    private static ProductLine Line(NpgsqlDataReader rows) => new(
        rows.GetInt32(0), rows.GetString(1), rows.GetInt32(2), rows.GetString(3), rows.GetString(4), rows.GetString(5),
            Math.Round(rows.GetFloat(6), 4),
        rows.GetInt32(7), new DateTimeOffset(rows.GetDateTime(8), TimeSpan.Zero), rows.GetBoolean(9), rows.IsDBNull(10) ? null : rows.GetDecimal(10),
        rows.IsDBNull(11) ? null : rows.GetString(11), rows.GetFieldValue<byte[]>(12));

    private static NpgsqlCommand Command(NpgsqlConnection session, string sql, IEnumerable<object> parameters)
    {
#pragma warning disable CA2100 // The statement is made of constants of this class and whole numbers; what users write goes in as parameters.
        var command = new NpgsqlCommand(sql, session);
#pragma warning restore CA2100
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return command;
    }

    /// <summary>The last product of a page: where it stands in each order, and which search it belongs to.</summary>
    private sealed record Cursor(int Id, string Text, double Number, long Ticks, string Sum)
    {
        public static Cursor Read(string text, ProductFilter filter)
        {
            try
            {
                var json = Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (text.Length % 4)) % 4));
                var fields = JsonSerializer.Deserialize<string[]>(json);
                if (fields is [var id, var folded, var number, var ticks, var sum] && sum == filter.Sum)
                {
                    return new Cursor(
                        int.Parse(id, CultureInfo.InvariantCulture), folded, double.Parse(number, CultureInfo.InvariantCulture),
                        long.Parse(ticks, CultureInfo.InvariantCulture), sum);
                }
            }
            catch (Exception wrong) when (wrong is JsonException or FormatException or OverflowException)
            {
                throw new FormatException("the cursor is none that this interface gave", wrong);
            }
            throw new FormatException("the cursor is one of another search: it goes on only with the filters and the sort that it was given for");
        }

        public string Write() => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new[]
        {
            Id.ToString(CultureInfo.InvariantCulture), Text, Number.ToString("R", CultureInfo.InvariantCulture),
            Ticks.ToString(CultureInfo.InvariantCulture), Sum,
        })).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }
}
