using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using StockPipeline.Catalog.Naming;
using StockPipeline.CatalogApi.Editing;
using StockPipeline.CatalogApi.Reading;
using StockPipeline.CatalogApi.Storing;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.V2;

/// <summary>The second interface: searches with filters, typed values with their origin, offers, histories and changes.</summary>
internal sealed class SecondInterface(
    CatalogState state, CatalogQueries queries, ProductSearch search, HistoryQueries history, Shaping shaping, Editor editor, WriteKey key,
    TimeProvider clock)
{
    public const string Prefix = "/api/v2";

    private const int MaxChanges = 500;
    private static readonly string[] Reading = ["GET", "HEAD"];

    public void Map(IEndpointRouteBuilder routes)
    {
        var v2 = routes.MapGroup(Prefix).WithGroupName("v2");
        v2.MapMethods("/products", Reading, (Delegate)ProductsAsync).WithTags("Products").WithSummary("Searches products.").WithDescription(
            "Parameters: q, brand (several, or separated by commas), in_stock, price (a range such as 10000..50000), sort (id, name, "
                + "price, changed), "
            + "limit (1 to 100), cursor, fields (short, full), and any attribute with numbers as a range, such as memory_gb=8..16.")
            .Produces<PageShape>().ProducesProblem(400);
        v2.MapMethods("/products/{product}", Reading, ProductAsync).WithTags("Products").WithSummary("All that is known of a product.");
        v2.MapMethods("/products/{product}/offers", Reading, OffersAsync).WithTags("Products").WithSummary("Who sells it, the best offer first.");
        v2.MapMethods("/products/{product}/prices", Reading, PricesAsync).WithTags("Products").WithSummary("The history of its prices.");
        v2.MapMethods("/products/{product}/changes", Reading, ChangesOfAsync).WithTags("Products")
            .WithSummary("What changed of it, the newest first.");
        v2.MapPost("/products", AddAsync).WithTags("Edits").WithSummary("Enters a product.");
        v2.MapPatch("/products/{product}", ChangeAsync).WithTags("Edits").WithSummary("Edits a product; If-Match names the state that is edited.");
        v2.MapMethods("/changes", Reading, FeedAsync).WithTags("Changes").WithSummary("Changes of all products, deletions included, in "
            + "the order of the topic.");
        v2.MapMethods("/attributes", Reading, Attributes).WithTags("Dictionary").WithSummary("The attributes, with what they range over.");
        v2.MapMethods("/brands", Reading, Brands).WithTags("Dictionary").WithSummary("The brands, with how many products each has.");
        v2.MapMethods("/partners", Reading, Partners).WithTags("Dictionary").WithSummary("The partners, with when each was heard.");
        v2.MapMethods("/aliases", Reading, Aliases).WithTags("Edits").WithSummary("What people said that is one product.");
        v2.MapPut("/aliases/{partner}/{fingerprint}", SetAliasAsync).WithTags("Edits").WithSummary("Joins what a partner calls so to a product.");
        v2.MapDelete("/aliases/{partner}/{fingerprint}", DropAliasAsync).WithTags("Edits").WithSummary("Withdraws it: the product is split again.");
    }

    private async Task<IResult> ProductsAsync(HttpContext http)
    {
        try
        {
            var (filter, cursor, limit, full) = SearchQuery.Read(http.Request.Query, state.Dictionary);
            var page = await search.FindAsync(filter, cursor, limit, full, http.RequestAborted);
            return TypedResults.Ok(new PageShape([.. page.Lines.Select(shaping.Line)], page.Next, page.Total));
        }
        catch (FormatException wrong)
        {
            return Problem(StatusCodes.Status400BadRequest, wrong.Message);
        }
    }

    private async Task<Results<Ok<ProductShape>, ProblemHttpResult, StatusCodeHttpResult>> ProductAsync(string product, HttpContext http)
    {
        if (await FindAsync(product, http.RequestAborted) is not { } found
            || await search.LineAsync(found.Number, http.RequestAborted) is not { } line)
            return Absent(product);
        var offers = await history.OffersAsync(found.Key, http.RequestAborted);
        var tag = TagOf(found, offers);
        http.Response.Headers.ETag = tag.ToString();
        http.Response.Headers.CacheControl = "no-cache";
        if (http.Request.GetTypedHeaders().IfNoneMatch is { Count: > 0 } known
            && known.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: false)))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        return TypedResults.Ok(shaping.Product(found, line, offers));
    }

    private async Task<Results<Ok<IReadOnlyList<OfferShape>>, ProblemHttpResult>> OffersAsync(string product, CancellationToken cancellationToken) =>
        await FindAsync(product, cancellationToken) is { } found ? TypedResults.Ok(await history.OffersAsync(found.Key, cancellationToken))
            : Absent(product);

    private async Task<Results<Ok<PricesShape>, ProblemHttpResult>> PricesAsync(string product, CancellationToken cancellationToken) =>
        await FindAsync(product, cancellationToken) is { } found ? TypedResults.Ok(await history.PricesAsync(found.Key, cancellationToken))
            : Absent(product);

    private async Task<Results<Ok<IReadOnlyList<ChangeShape>>, ProblemHttpResult>> ChangesOfAsync(string product, CancellationToken cancellationToken)
    {
        // A product that is gone has changes too, of which its going is one.
        var found = await FindAsync(product, cancellationToken);
        var changes = await history.ChangesOfAsync(found?.Key ?? product, MaxChanges, cancellationToken);
        return found is null && changes.Count == 0 ? Absent(product) : TypedResults.Ok(changes);
    }

    private async Task<Results<Ok<FeedShape>, ProblemHttpResult>> FeedAsync(
        [FromQuery] string? after, [FromQuery] int? limit, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MaxChanges)
            return Problem(StatusCodes.Status400BadRequest, $"limit is {limit}; allowed: 1 to {MaxChanges}");
        try
        {
            return TypedResults.Ok(await history.FeedAsync(after, limit ?? MaxChanges, cancellationToken));
        }
        catch (FormatException wrong)
        {
            return Problem(StatusCodes.Status400BadRequest, wrong.Message);
        }
    }

    private Ok<IReadOnlyList<AttributeShape>> Attributes()
    {
        var ranges = queries.Ranges();
        return TypedResults.Ok<IReadOnlyList<AttributeShape>>(
        [
            .. from attribute in state.Dictionary.ByCode.Values
               orderby attribute.Number
               let range = ranges.TryGetValue(attribute.Number, out var found) ? found : ((double Min, double Max, long Count)?)null
               select new AttributeShape(
                   attribute.Code, attribute.Number, attribute.Name, attribute.EnglishName, attribute.Group.Name, Shaping.Text(attribute.Kind),
                   attribute.Unit, range?.Min, range?.Max, range?.Count ?? 0, attribute.Kind is CatalogKind.Number or CatalogKind.Flag,
                   attribute.Unmapped, attribute.Description),
        ]);
    }

    private Ok<IReadOnlyList<BrandShape>> Brands() => TypedResults.Ok<IReadOnlyList<BrandShape>>(
        [.. queries.Brands().Select(pair => new BrandShape(pair.Brand, pair.Count))]);

    private Ok<IReadOnlyList<PartnerShape>> Partners() => TypedResults.Ok<IReadOnlyList<PartnerShape>>(
    [
        .. state.Partners.Values.Select(partner => new PartnerShape(
            partner.Partner, Shaping.Text(partner.State), partner.Products, partner.BadItems, partner.CompleteAt, partner.TriedAt,
            state.IsFresh(partner.Partner), partner.Error, partner.HeldPrices)),
    ]);

    private Ok<IReadOnlyList<AliasShape>> Aliases() => TypedResults.Ok<IReadOnlyList<AliasShape>>(
        [.. state.Aliases.Values.Select(alias => new AliasShape(alias.Partner, alias.Fingerprint, alias.Product))]);

    private async Task<IResult> SetAliasAsync(string partner, string fingerprint, AliasEdit edit, HttpContext http)
    {
        if (Refused(http) is { } refused)
            return refused;
        if (!ProductKey.IsKey(partner) || !ProductKey.IsKey(fingerprint) || !ProductKey.IsKey(edit.Product))
            return Problem(StatusCodes.Status400BadRequest, "partner, fingerprint and product are keys: letters, digits, dashes and points");
        var alias = new CatalogAlias(partner, fingerprint, edit.Product);
        await editor.DeliverAsync(alias.Key, alias, http.RequestAborted);
        return TypedResults.Accepted((string?)null, new AliasShape(partner, fingerprint, edit.Product));
    }

    private async Task<IResult> DropAliasAsync(string partner, string fingerprint, HttpContext http)
    {
        if (Refused(http) is { } refused)
            return refused;
        var alias = $"{partner}/{fingerprint}";
        if (!state.Aliases.ContainsKey(alias))
            return Problem(StatusCodes.Status404NotFound, $"there is no alias {alias}");
        await editor.DeliverAsync(alias, null, http.RequestAborted);
        return TypedResults.Accepted((string?)null);
    }

    private async Task<IResult> AddAsync(ProductEntry entry, HttpContext http)
    {
        if (Refused(http) is { } refused)
            return refused;
        var product = ProductKey.Of(entry.Brand, entry.Name);
        if (product.Length == 0)
            return Problem(StatusCodes.Status400BadRequest, "nothing is left of the name that could be a key");
        return await EditAsync(async () =>
        {
            var added = await editor.ApplyAsync(
                async stop => await queries.IsNameTakenAsync(entry.Name, entry.Brand, 0, stop)
                    ? null
                    : new EditDraft(
                        new CatalogItem
                        {
                            Product = product, Partner = CatalogPartner.Editor, Fingerprint = product, PartnerId = "", Name = entry.Name,
                            Brand = entry.Brand, Description = entry.Description, ObservedAt = clock.GetUtcNow(), Hash = "",
                        },
                        null),
                http.RequestAborted);
            return added is null
                ? Problem(StatusCodes.Status409Conflict, $"there is a product {product} already")
                : TypedResults.Created($"{Prefix}/products/{added.Key}", await ShapeAsync(added, http.RequestAborted));
        });
    }

    private async Task<IResult> ChangeAsync(string product, ProductEdit edit, HttpContext http)
    {
        if (Refused(http) is { } refused)
            return refused;
        var conditions = http.Request.GetTypedHeaders().IfMatch;
        IResult? answer = null;
        return await EditAsync(async () =>
        {
            var changed = await editor.ApplyAsync(
                async stop =>
                {
                    if (await FindAsync(product, stop) is not { } found)
                    {
                        answer = Absent(product);
                        return null;
                    }
                    var tag = TagOf(found, await history.OffersAsync(found.Key, stop));
                    if (conditions is { Count: > 0 }
                        && !conditions.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: true)))
                    {
                        answer = Problem(StatusCodes.Status412PreconditionFailed, $"the product is in the state {tag} now");
                        return null;
                    }
                    return new EditDraft(Edited(found, edit), found);
                },
                http.RequestAborted);
            return answer ?? TypedResults.Ok(await ShapeAsync(changed!, http.RequestAborted));
        });
    }

    private CatalogItem Edited(CatalogProduct product, ProductEdit edit)
    {
        var word = EditorWord.Of(product);
        word = word with { Name = edit.Name ?? word.Name, Brand = edit.Brand ?? word.Brand, Description = edit.Description ?? word.Description };
        foreach (var (code, value) in edit.Values ?? new Dictionary<string, string?>())
        {
            if (state.Dictionary.Find(code) is not { } attribute)
                throw new FormatException($"there is no attribute {code}; /api/v2/attributes lists those that are");
            word = value is null
                ? EditorWord.Without(word, code)
                : EditorWord.With(word, new CatalogItemProperty
                {
                    Attribute = code, Value = EditorWord.Value(attribute, value), ChangedAt = clock.GetUtcNow(),
                });
        }
        return word;
    }

    private static async Task<IResult> EditAsync(Func<Task<IResult>> edit)
    {
        try
        {
            return await edit();
        }
        catch (FormatException wrong)
        {
            return Problem(StatusCodes.Status400BadRequest, wrong.Message);
        }
        catch (EditPendingException pending)
        {
            return Problem(StatusCodes.Status503ServiceUnavailable, pending.Message);
        }
    }

    private async Task<ProductShape?> ShapeAsync(CatalogProduct product, CancellationToken cancellationToken) =>
        await search.LineAsync(product.Number, cancellationToken) is { } line
            ? shaping.Product(product, line, await history.OffersAsync(product.Key, cancellationToken))
            : null;

    /// <summary>By its number or by its key.</summary>
    private Task<CatalogProduct?> FindAsync(string product, CancellationToken cancellationToken) =>
        int.TryParse(product, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? queries.ProductAsync(number, cancellationToken)
            : queries.ProductAsync(product, cancellationToken);

    /// <summary>Of the revision and of the offers, and of how fresh these are: all that an answer depends on.</summary>
    private static EntityTagHeaderValue TagOf(CatalogProduct product, IReadOnlyList<OfferShape> offers)
    {
        var newest = offers.Count == 0 ? 0 : offers.Max(offer => offer.Since.ToUnixTimeMilliseconds());
        var fresh = offers.Where(offer => offer.Fresh).Select(offer => offer.Partner).Order(StringComparer.Ordinal);
        return new EntityTagHeaderValue(string.Create(
            CultureInfo.InvariantCulture, $"\"{product.Number}.{product.Revision}.{offers.Count}.{newest:x}.{string.Join('+', fresh)}\""));
    }

    private ProblemHttpResult? Refused(HttpContext http) => key.Refusal(http) is var (status, detail) ? Problem(status, detail) : null;

    private static ProblemHttpResult Absent(string product) => Problem(StatusCodes.Status404NotFound, $"there is no product {product}");

    private static ProblemHttpResult Problem(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}
