using System.Text.Json;
using StockPipeline.Catalog.Naming;
using StockPipeline.CatalogApi.Editing;
using StockPipeline.CatalogApi.Reading;
using StockPipeline.CatalogApi.Storing;


namespace StockPipeline.CatalogApi.V1;

/// <summary>The fourteen operations that clients of the first sender know: their paths, parameters, defaults, shapes and texts.</summary>
internal sealed class FirstInterface(CatalogState state, CatalogQueries queries, FirstEdits edits, WriteKey key)
{
    public const string Prefix = "/api/v1";

    private const string DefaultName = "RTX";
    private const string DefaultGroup = "Видеокарта";

    /// <summary>Since when the second interface takes its place where it has an equal: seconds of Unix time, as RFC 9745 writes it.</summary>
    private const string Deprecated = "@1795996800";

    public void Map(IEndpointRouteBuilder routes)
    {
        Post(routes, "/product", AddProductAsync);
        Patch(routes, "/product/{product_id}", ChangeProductAsync);
        Get(routes, "/product/search_by_name", SearchAsync, "/api/v2/products");
        Get(routes, "/product/get_all_products_with_info", AllAsync, "/api/v2/products");
        Get(routes, "/product/get_brands_with_count_products", BrandsAsync, "/api/v2/brands");
        Get(routes, "/product/{product_id}", ProductAsync, "/api/v2/products");
        Post(routes, "/property_groups", AddGroupAsync);
        Patch(routes, "/property_groups/{property_group_id}", RenameGroupAsync);
        Get(routes, "/property_groups/get_groups_with_property", GroupsAsync, null);
        Get(routes, "/property_groups/search_groups_by_name", SearchGroupsAsync, null);
        Get(routes, "/property_groups/{product_id}", GroupsOfProductAsync, null);
        Post(routes, "/property", AddPropertyAsync);
        Patch(routes, "/property/{property_id}", ChangePropertyAsync);
        Get(routes, "/property/get_count_property", PropertyNamesAsync, "/api/v2/attributes");
    }

    private static void Get(IEndpointRouteBuilder routes, string path, RequestDelegate serve, string? successor) =>
        routes.MapGet(Prefix + path, (RequestDelegate)(http =>
        {
            if (successor is not null)
            {
                http.Response.Headers["Deprecation"] = Deprecated;
                http.Response.Headers.Link = $"<{successor}>; rel=\"successor-version\"";
            }
            return serve(http);
        })).ExcludeFromDescription();

    private void Post(IEndpointRouteBuilder routes, string path, RequestDelegate serve) =>
        routes.MapPost(Prefix + path, (RequestDelegate)(http => EditAsync(http, serve))).ExcludeFromDescription();

    private void Patch(IEndpointRouteBuilder routes, string path, RequestDelegate serve) =>
        routes.MapPatch(Prefix + path, (RequestDelegate)(http => EditAsync(http, serve))).ExcludeFromDescription();

    private async Task EditAsync(HttpContext http, RequestDelegate serve)
    {
        if (key.Refusal(http) is var (status, detail))
        {
            await FirstAnswers.RefuseAsync(http, status, detail);
            return;
        }
        try
        {
            await serve(http);
        }
        catch (EditRefusedException refused)
        {
            await FirstAnswers.RefuseAsync(http, StatusCodes.Status409Conflict, refused.Message);
        }
        catch (EditPendingException pending)
        {
            await FirstAnswers.RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, pending.Message);
        }
    }

    private async Task AddProductAsync(HttpContext http)
    {
        var arguments = await Arguments.WithBodyAsync(http);
        var (name, brand, description) = (arguments.Text("name"), arguments.Text("brand_name"), arguments.Text("description"));
        if (await RefusedAsync(http, arguments))
            return;
        var product = await edits.AddProductAsync(name, brand, description, http.RequestAborted);
        await FirstAnswers.AnswerAsync(http, StatusCodes.Status201Created, json => FirstAnswers.WriteBase(json, product));
    }

    private async Task ChangeProductAsync(HttpContext http)
    {
        var arguments = await Arguments.WithBodyAsync(http);
        var id = arguments.Path("product_id");
        var (name, brand, description) =
            (arguments.OptionalText("name"), arguments.OptionalText("brand_name"), arguments.OptionalText("description"));
        if (await RefusedAsync(http, arguments))
            return;
        await edits.ChangeProductAsync(id, name, brand, description, http.RequestAborted);
        await AnswerIdAsync(http, id);
    }

    private async Task SearchAsync(HttpContext http)
    {
        var arguments = Arguments.Of(http);
        var (text, (page, size)) = (arguments.Query("product_name", DefaultName), arguments.Paging());
        if (await RefusedAsync(http, arguments))
            return;
        var found = await queries.PageAsync(text, page, size, http.RequestAborted);
        await FirstAnswers.AnswerAsync(http, StatusCodes.Status200OK, json =>
            FirstAnswers.WritePage(json, found, page, size, product => FirstAnswers.WriteBase(json, product)));
    }

    private async Task AllAsync(HttpContext http)
    {
        var arguments = Arguments.Of(http);
        var (page, size) = arguments.Paging();
        if (await RefusedAsync(http, arguments))
            return;
        var found = await queries.PageAsync("", page, size, http.RequestAborted);
        var dictionary = state.Dictionary;
        await FirstAnswers.AnswerAsync(http, StatusCodes.Status200OK, json =>
            FirstAnswers.WritePage(json, found, page, size, product => FirstAnswers.WriteFull(json, product, dictionary)));
    }

    private Task BrandsAsync(HttpContext http)
    {
        var brands = queries.Brands();
        return FirstAnswers.AnswerAsync(http, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            foreach (var (brand, count) in brands)
            {
                json.WriteStartObject();
                json.WriteString("brand_name", brand);
                json.WriteNumber("count_products", count);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private async Task ProductAsync(HttpContext http)
    {
        var arguments = Arguments.Of(http);
        var id = arguments.Path("product_id");
        if (await RefusedAsync(http, arguments))
            return;
        var product = await queries.ProductAsync(id, http.RequestAborted);
        await FirstAnswers.AnswerAsync(http, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            if (product is not null)
                FirstAnswers.WriteFull(json, product, state.Dictionary);
            json.WriteEndArray();
        });
    }

    private async Task AddGroupAsync(HttpContext http)
    {
        var arguments = await Arguments.WithBodyAsync(http);
        var (name, product) = (arguments.Text("name"), arguments.Id("product_id"));
        if (await RefusedAsync(http, arguments))
            return;
        var id = await edits.AddGroupAsync(name, product, http.RequestAborted);
        await FirstAnswers.AnswerAsync(http, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("name", name);
            json.WriteNumber("product_id", product);
            json.WriteStartArray("property_data");
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task RenameGroupAsync(HttpContext http)
    {
        var arguments = await Arguments.WithBodyAsync(http);
        var (id, name, product) = (arguments.Path("property_group_id"), arguments.Text("name"), arguments.Id("product_id"));
        if (await RefusedAsync(http, arguments))
            return;
        await edits.RenameGroupAsync(id, name, product, http.RequestAborted);
        await AnswerIdAsync(http, id);
    }

    private Task GroupsAsync(HttpContext http) => GroupPageAsync(http, null);

    private Task SearchGroupsAsync(HttpContext http) => GroupPageAsync(http, Arguments.Of(http).Query("property_group_name", DefaultGroup));

    private async Task GroupPageAsync(HttpContext http, string? name)
    {
        var arguments = Arguments.Of(http);
        var (page, size) = arguments.Paging();
        if (await RefusedAsync(http, arguments))
            return;
        var found = await queries.GroupsAsync(name, page, size, http.RequestAborted);
        var dictionary = state.Dictionary;
        await FirstAnswers.AnswerAsync(http, StatusCodes.Status200OK, json => FirstAnswers.WritePage(json, found, page, size, one =>
        {
            if (dictionary.GroupsOf(one.Product).FirstOrDefault(group => group.Group.Number == one.Group) is { } group)
                FirstAnswers.WriteGroup(json, one.Product, group);
        }));
    }

    private async Task GroupsOfProductAsync(HttpContext http)
    {
        var arguments = Arguments.Of(http);
        var id = arguments.Path("product_id");
        if (await RefusedAsync(http, arguments))
            return;
        var product = await queries.ProductAsync(id, http.RequestAborted);
        await FirstAnswers.AnswerAsync(http, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            foreach (var group in product is null ? [] : state.Dictionary.GroupsOf(product))
                FirstAnswers.WriteGroup(json, product!, group);
            json.WriteEndArray();
        });
    }

    private async Task AddPropertyAsync(HttpContext http)
    {
        var arguments = await Arguments.WithBodyAsync(http);
        var (name, value, description) = (arguments.Text("name"), arguments.Text("value"), arguments.NullableText("description"));
        var group = arguments.Id("property_group_id");
        if (await RefusedAsync(http, arguments))
            return;
        var placed = await edits.AddPropertyAsync(name, value, description, group, http.RequestAborted);
        await FirstAnswers.AnswerAsync(
            http, StatusCodes.Status201Created, json => FirstAnswers.WriteProperty(json, placed.Product, placed.Attribute, placed.Property));
    }

    private async Task ChangePropertyAsync(HttpContext http)
    {
        var arguments = await Arguments.WithBodyAsync(http);
        var id = arguments.Path("property_id");
        var (name, value, description) = (arguments.OptionalText("name"), arguments.OptionalText("value"), arguments.OptionalText("description"));
        var group = arguments.Id("property_group_id");
        if (await RefusedAsync(http, arguments))
            return;
        await edits.ChangePropertyAsync(id, name, value, description, group, http.RequestAborted);
        await AnswerIdAsync(http, id);
    }

    private Task PropertyNamesAsync(HttpContext http)
    {
        var names = state.Dictionary.ByCode.Values.SelectMany(attribute => attribute.Names.Select(name => name.Name))
            .DistinctBy(TextFold.Fold).Order(StringComparer.Ordinal);
        return FirstAnswers.AnswerAsync(http, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            foreach (var name in names)
            {
                json.WriteStartObject();
                json.WriteString("distinct", name);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private static async Task<bool> RefusedAsync(HttpContext http, Arguments arguments)
    {
        if (!arguments.Faults.Any)
            return false;
        await FirstAnswers.AnswerAsync(http, StatusCodes.Status422UnprocessableEntity, arguments.Faults.ToJson());
        return true;
    }

    private static Task AnswerIdAsync(HttpContext http, int id) =>
        FirstAnswers.AnswerAsync(http, StatusCodes.Status200OK, JsonSerializer.Serialize(new Dictionary<string, int> { ["id"] = id }));
}
