using Npgsql;
using StockPipeline.Avro.Records.Catalog;
using StockPipeline.Catalog.Naming;
using StockPipeline.CatalogApi.Searching;
using StockPipeline.CatalogApi.Storing;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.Reading;

/// <summary>A page of products, or of what is in them, and how many there are in all.</summary>
internal sealed record Counted<T>(IReadOnlyList<T> Items, long Total);

/// <summary>Asks for whole products. Nothing is read but what a page holds. Safe from any thread.</summary>
internal sealed class CatalogQueries(NpgsqlDataSource database, ProductIndex index, CatalogState state)
{
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
        var (ids, total) = index.Page(TextFold.Fold(text), (long)(page - 1) * size, size);
        return new Counted<CatalogProduct>(await RecordsAsync(ids, cancellationToken), total);
    }

    /// <summary>A page of groups in the order of their ids; of one name, or all.</summary>
    public async Task<Counted<(CatalogProduct Product, int Group)>> GroupsAsync(string? name, int page, int size, CancellationToken cancellationToken)
    {
        var folded = name is null ? null : TextFold.Fold(name);
        var (groups, total) = index.Groups(folded is null ? 0 : state.Dictionary.GroupsCalled(folded), folded, (long)(page - 1) * size, size);
        var records = await RecordsAsync([.. groups.Select(one => one.Product).Distinct()], cancellationToken);
        var products = records.ToDictionary(product => product.Number);
        return new Counted<(CatalogProduct, int)>(
            [.. groups.Where(one => products.ContainsKey(one.Product)).Select(one => (products[one.Product], one.Group))], total);
    }

    /// <summary>Brands with the number of their products, in the order of names.</summary>
    public IReadOnlyList<(string Brand, long Count)> Brands() => index.Brands();

    /// <summary>The least and the greatest value of each attribute, and how many products have one.</summary>
    public IReadOnlyDictionary<int, (double Min, double Max, long Count)> Ranges() => index.Ranges();

    private async Task<IReadOnlyList<CatalogProduct>> RecordsAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return [];
        await using var command = database.CreateCommand("select record from catalog.product where id = any($1) and not gone order by id");
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. ids] });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var records = new List<CatalogProduct>(ids.Count);
        while (await rows.ReadAsync(cancellationToken))
            records.Add(CatalogFormats.Product.Read(rows.GetFieldValue<byte[]>(0)));
        return records;
    }
}
