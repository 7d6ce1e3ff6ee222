using System.Runtime.InteropServices;
using System.Text.Json;
using StockPipeline.Catalog.Listings;
using StockPipeline.Workers;

namespace StockPipeline.CatalogCollector.Polling;

/// <summary>
/// Walks through a partner's whole listing, page by page. A page that has not changed is not read again: what stood on it is remembered.
/// </summary>
internal sealed class Listing(PartnerClient partner, ItemReader reader, CollectorOptions options)
{
    private readonly List<Page> known = [];

    /// <summary>Forgets the pages: the next walk reads all.</summary>
    public void Forget() => known.Clear();

    /// <param name="take">Takes each item with its place in the listing and its bytes, and gives the product it is of; null where it is none.</param>
    /// <param name="again">Takes the products of a page that has not changed.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <exception cref="PartnerUnavailableException">The partner did not answer.</exception>
    /// <exception cref="JsonException">An answer is no JSON, or not a listing.</exception>
    public async Task WalkAsync(
        Func<int, JsonElement, ReadOnlyMemory<byte>, ValueTask<string?>> take, Action<IReadOnlyList<string>> again,
            CancellationToken cancellationToken)
    {
        string? after = null;
        var place = 0;
        for (var number = 0; ; number++)
        {
            if (number >= options.MaxPages)
                throw new JsonException($"the listing does not end within {options.MaxPages} pages");
            var before = number < known.Count && known[number].After == after ? known[number] : null;
            var answer = await partner.AskAsync(after, before?.Tag, cancellationToken);
            var page = before;
            if (answer.Unchanged && before is not null)
                again(before.Products);
            else
                page = await ReadAsync(after, answer, place, take);
            OldGarbage.CollectIfGrown();
            if (number < known.Count)
                known[number] = page!;
            else
                known.Add(page!);
            place += page!.Items;
            if (options.Listing == ListingKind.Sample || page.Items < options.PageSize || page.Last is null)
            {
                known.RemoveRange(number + 1, known.Count - number - 1);
                return;
            }
            after = page.Last;
        }
    }

    private async Task<Page> ReadAsync(
        string? after, PartnerAnswer answer, int place, Func<int, JsonElement, ReadOnlyMemory<byte>, ValueTask<string?>> take)
    {
        using var document = JsonDocument.Parse(answer.Body);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(reader.ListName, out var list)
            || list.ValueKind != JsonValueKind.Array)
            throw new JsonException($"the answer has no list '{reader.ListName}'");
        var products = new List<string>();
        string? last = null;
        var items = 0;
        foreach (var item in list.EnumerateArray())
        {
            var raw = JsonMarshal.GetRawUtf8Value(item);
            if (await take(place + items++, item, Slice(answer.Body, raw)) is { } product)
                products.Add(product);
            last = reader.IdOf(item) ?? last;
        }
        return new Page(after, answer.Tag, products, items, last);
    }

    /// <summary>The item's bytes as a part of the answer's.</summary>
    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> body, ReadOnlySpan<byte> part) =>
        body.Span.Overlaps(part, out var at) ? body.Slice(at, part.Length) : part.ToArray();

    private sealed record Page(string? After, string? Tag, IReadOnlyList<string> Products, int Items, string? Last);
}
