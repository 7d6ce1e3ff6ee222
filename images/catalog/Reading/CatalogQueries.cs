using System.Collections.Concurrent;
using Npgsql;
using StockPipeline.Avro.Records.Catalog;
using StockPipeline.CatalogApi.Storing;
using StockPipeline.Catalog.Naming;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.Reading;

/// <summary>A page of products, or of what is in them, and how many there are in all.</summary>
internal sealed record Counted<T>(IReadOnlyList<T> Items, long Total);

/// <summary>Asks the tables. Nothing is read as a whole: a page costs what a page holds. Safe from any thread.</summary>
internal sealed class CatalogQueries(NpgsqlDataSource database, CatalogState state)
{
    /// <summary>Counts remembered until something is stored; one past it, all are forgotten.</summary>
    private const int MaxCounts = 1_000;

    private readonly ConcurrentDictionary<string, (long Version, long Count)> counts = new(StringComparer.Ordinal);

    /// <summary>The product of a number; null where there is none any more.</summary>
    public async Task<CatalogProduct?> ProductAsync(int number, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select record from catalog.product where id = $1 and not gone");
        command.Parameters.AddWithValue(number);
        return await command.ExecuteScalarAsync(cancellationToken) is byte[] record ? CatalogFormats.Product.Read(record) : null;
    }

    /// <summary>The product of a key; null where there is none any more.</summary>
    public async Task<CatalogProduct?> ProductAsync(string key, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select record from catalog.product where key = $1 and not gone");
        command.Parameters.AddWithValue(key);
        return await command.ExecuteScalarAsync(cancellationToken) is byte[] record ? CatalogFormats.Product.Read(record) : null;
    }

    /// <summary>Whether another product is called so.</summary>
    public async Task<bool> IsNameTakenAsync(string name, string brand, int exceptNumber, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select 1 from catalog.product where not gone and id <> $3 and (key = $1 or folded = $2) limit 1");
        command.Parameters.AddWithValue(ProductKey.Of(brand, name));
        command.Parameters.AddWithValue(TextFold.Fold(name));
        command.Parameters.AddWithValue(exceptNumber);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>A page in the order of numbers.</summary>
    public async Task<Counted<CatalogProduct>> PageAsync(string text, int page, int size, CancellationToken cancellationToken)
    {
        var folded = TextFold.Fold(text);
        var where = folded.Length == 0 ? "not gone" : "not gone and folded like $1";
        object[] parameters = folded.Length == 0 ? [] : [SearchText.Like(folded)];
        var total = await CountAsync($"product {folded}", $"select count(*) from catalog.product where {where}", parameters, cancellationToken);
        var items = (long)(page - 1) * size >= total
            ? []
            : await RecordsAsync(
                $"select record from catalog.product where {where} order by id limit {size} offset {(long)(page - 1) * size}", parameters,
                    cancellationToken);
        return new Counted<CatalogProduct>(items, total);
    }

    /// <summary>A page of groups in the order of their ids; of one name, or all.</summary>
    public async Task<Counted<(CatalogProduct Product, int Group)>> GroupsAsync(string? name, int page, int size, CancellationToken cancellationToken)
    {
        var where = name is null ? "true" : "folded = $1";
        object[] parameters = name is null ? [] : [TextFold.Fold(name)];
        var total = await CountAsync(
            $"group {parameters.FirstOrDefault()}", $"select count(*) from catalog.property_group where {where}", parameters, cancellationToken);
        if ((long)(page - 1) * size >= total)
            return new Counted<(CatalogProduct, int)>([], total);
        await using var command = Command(
            $"select part.id, product.record from (select id, product from catalog.property_group where {where} order by id limit {size} "
            + $"offset {(long)(page - 1) * size}) as part join catalog.product on product.id = part.product order by part.id", parameters);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<(CatalogProduct, int)>();
        CatalogProduct? last = null;
        while (await rows.ReadAsync(cancellationToken))
        {
            var id = rows.GetInt32(0);
            if (last?.Number != id / CatalogAttribute.GroupNumbers)
                last = CatalogFormats.Product.Read(rows.GetFieldValue<byte[]>(1));
            items.Add((last, id % CatalogAttribute.GroupNumbers));
        }
        return new Counted<(CatalogProduct, int)>(items, total);
    }

    /// <summary>Brands with the number of their products, in the order of names.</summary>
    public async Task<IReadOnlyList<(string Brand, long Count)>> BrandsAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select min(brand collate \"C\"), count(*) from catalog.product where not gone group by brand_folded order by 1");
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var brands = new List<(string, long)>();
        while (await rows.ReadAsync(cancellationToken))
            brands.Add((rows.GetString(0), rows.GetInt64(1)));
        return brands;
    }

    /// <summary>The least and the greatest value of each attribute, and how many products have one.</summary>
    public async Task<IReadOnlyDictionary<int, (double Min, double Max, long Count)>> RangesAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select attribute, min(value), max(value), count(*) from catalog.number group by attribute");
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var ranges = new Dictionary<int, (double, double, long)>();
        while (await rows.ReadAsync(cancellationToken))
            ranges[rows.GetInt16(0)] = (rows.GetDouble(1), rows.GetDouble(2), rows.GetInt64(3));
        return ranges;
    }

    /// <summary>Counts, or remembers what was counted since the last storing.</summary>
    private async Task<long> CountAsync(string what, string sql, object[] parameters, CancellationToken cancellationToken)
    {
        var version = state.Version;
        if (counts.TryGetValue(what, out var known) && known.Version == version)
            return known.Count;
        await using var command = Command(sql, parameters);
        var count = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (counts.Count >= MaxCounts)
            counts.Clear();
        counts[what] = (version, count);
        return count;
    }

    private async Task<IReadOnlyList<CatalogProduct>> RecordsAsync(string sql, object[] parameters, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, parameters);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var records = new List<CatalogProduct>();
        while (await rows.ReadAsync(cancellationToken))
            records.Add(CatalogFormats.Product.Read(rows.GetFieldValue<byte[]>(0)));
        return records;
    }

    private NpgsqlCommand Command(string sql, object[] parameters)
    {
#pragma warning disable CA2100 // The statements are made of constants of this class and whole numbers; what users write goes in as parameters.
        var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        foreach (var parameter in parameters)
            command.Parameters.AddWithValue(parameter);
        return command;
    }
}
