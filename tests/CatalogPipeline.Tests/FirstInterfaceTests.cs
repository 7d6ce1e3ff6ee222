using System.Text.Json;

namespace StockPipeline.CatalogPipelineTests;

[Collection(CatalogCollection.Name)]
public sealed class FirstInterfaceTests(CatalogSite site)
{
    [Fact]
    public async Task Pages_have_the_shapes_that_clients_know_and_ids_that_lead_from_one_to_another()
    {
        var page = await site.GetAsync("/api/v1/product/get_all_products_with_info?page=1&size=5");

        Assert.Equal(["items", "total", "page", "size", "pages"], page.EnumerateObject().Select(field => field.Name));
        Assert.Equal((5, 1, 5),
            (page.GetProperty("items").GetArrayLength(), page.GetProperty("page").GetInt32(), page.GetProperty("size").GetInt32()));
        var product = page.GetProperty("items")[0];
        Assert.Equal(["id", "name", "brand_name", "description", "property_group"], product.EnumerateObject().Select(field => field.Name));
        var group = product.GetProperty("property_group")[0];
        Assert.Equal(["id", "name", "product_id", "property_data"], group.EnumerateObject().Select(field => field.Name));
        Assert.Equal(product.GetProperty("id").GetInt32(), group.GetProperty("product_id").GetInt32());
        var property = group.GetProperty("property_data")[0];
        Assert.Equal(["id", "name", "value", "description", "property_group_id"], property.EnumerateObject().Select(field => field.Name));
        Assert.Equal(group.GetProperty("id").GetInt32(), property.GetProperty("property_group_id").GetInt32());
        var alone = await site.GetAsync($"/api/v1/product/{product.GetProperty("id")}");
        Assert.Equal(product.GetRawText(), alone[0].GetRawText());
        var groups = await site.GetAsync($"/api/v1/property_groups/{product.GetProperty("id")}");
        Assert.Equal(product.GetProperty("property_group").GetRawText(), groups.GetRawText());
    }

    [Fact]
    public async Task Values_are_as_the_partner_wrote_them()
    {
        var found = await site.GetAsync("/api/v1/property_groups/search_groups_by_name?size=1");

        var group = found.GetProperty("items")[0];
        Assert.Equal("Видеокарта", group.GetProperty("name").GetString());
        var memory = group.GetProperty("property_data").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "Объем видеопамяти");
        Assert.EndsWith(" ГБ", memory.GetProperty("value").GetString());
        Assert.Equal(JsonValueKind.Null, memory.GetProperty("description").ValueKind);
        var folded = await site.GetAsync("/api/v1/property_groups/search_groups_by_name?size=1&property_group_name=видеокарта");
        Assert.Equal(found.GetRawText(), folded.GetRawText());
    }

    [Fact]
    public async Task A_search_by_name_folds_case_takes_signs_for_letters_and_empty_finds_all()
    {
        var all = (await site.GetAsync("/api/v1/product/search_by_name?product_name=")).GetProperty("total").GetInt64();

        Assert.True(all >= CatalogSite.Products - 1, $"{all}");
        Assert.Equal(
            (await site.GetAsync("/api/v1/product/search_by_name")).GetRawText(),
            (await site.GetAsync("/api/v1/product/search_by_name?product_name=rtx")).GetRawText());
        Assert.Equal(0, (await site.GetAsync("/api/v1/product/search_by_name?product_name=%25")).GetProperty("total").GetInt64());
        var beyond = await site.GetAsync("/api/v1/product/search_by_name?product_name=&page=1000");
        Assert.Equal((0, all), (beyond.GetProperty("items").GetArrayLength(), beyond.GetProperty("total").GetInt64()));
    }

    [Theory]
    [InlineData("/api/v1/product/search_by_name?page=0", "greater_than_equal", "page")]
    [InlineData("/api/v1/product/search_by_name?size=101", "less_than_equal", "size")]
    [InlineData("/api/v1/product/search_by_name?size=many", "int_parsing", "size")]
    [InlineData("/api/v1/product/abc", "int_parsing", "product_id")]
    [InlineData("/api/v1/product/2147483648", "less_than_equal", "product_id")]
    public async Task An_argument_that_cannot_be_is_refused_in_the_known_shape(string path, string type, string named)
    {
        var (status, body) = await site.SendAsync(HttpMethod.Get, path);

        Assert.Equal(422, status);
        var detail = body.GetProperty("detail")[0];
        Assert.Equal(type, detail.GetProperty("type").GetString());
        Assert.Equal(named, detail.GetProperty("loc")[1].GetString());
    }

    [Theory]
    [InlineData("{}", "missing", 3)]
    [InlineData("""{"name":5,"brand_name":"MSI","description":null}""", "string_type", 2)]
    [InlineData("""{"name":""", "json_invalid", 1)]
    [InlineData("[]", "model_attributes_type", 1)]
    [InlineData("", "missing", 1)]
    public async Task A_body_that_cannot_be_is_refused_with_all_that_is_wrong(string json, string type, int faults)
    {
        var (status, body) = await site.SendAsync(HttpMethod.Post, "/api/v1/product", json);

        Assert.Equal(422, status);
        Assert.Equal(faults, body.GetProperty("detail").GetArrayLength());
        Assert.All(body.GetProperty("detail").EnumerateArray(), detail => Assert.Equal(type, detail.GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404, "Not Found")]
    [InlineData("DELETE", "/api/v1/product/1", 405, "Method Not Allowed")]
    [InlineData("HEAD", "/api/v1/product/1", 405, null)]
    [InlineData("PATCH", "/api/v1/product/7000001", 409, "Данного товара не существует")]
    [InlineData("PATCH", "/api/v1/property_groups/7000001", 409, "Ошибка при добавлении группы характеристик")]
    [InlineData("PATCH", "/api/v1/property/7000001", 409, "Ошибка при добавлении характеристики")]
    [InlineData("POST", "/api/v1/property_groups", 409, "Ошибка при добавлении группы характеристик")]
    [InlineData("POST", "/api/v1/property", 409, "Ошибка при добавлении характеристики")]
    public async Task What_is_not_there_is_said_with_the_known_status_and_text(string method, string path, int status, string? detail)
    {
        var body = new { name = "a", value = "b", description = "c", product_id = 7000001, property_group_id = 7000001 };

        var (seen, answer) = await site.SendAsync(new HttpMethod(method), path, method is "POST" or "PATCH" ? body : null);

        Assert.Equal(status, seen);
        if (detail is not null)
            Assert.Equal(detail, answer.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task An_absent_product_is_an_empty_list_here_and_absent_in_the_second_interface()
    {
        Assert.Equal("[]", (await site.GetAsync("/api/v1/product/7000001")).GetRawText());
        Assert.Equal("[]", (await site.GetAsync("/api/v1/property_groups/7000001")).GetRawText());
        Assert.Equal(404, (await site.SendAsync(HttpMethod.Get, "/api/v2/products/7000001")).Status);
    }

    [Fact]
    public async Task Products_groups_and_properties_can_be_entered_and_changed_and_no_name_twice()
    {
        var (status, product) = await site.SendAsync(
            HttpMethod.Post, "/api/v1/product", new { name = "Matrox Millennium", brand_name = "Matrox", description = "" });
        Assert.Equal(201, status);
        var id = product.GetProperty("id").GetInt32();
        await ExpectAsync(HttpMethod.Post, "/api/v1/product", new { name = "matrox  MILLENNIUM", brand_name = "Matrox", description = "" },
            409, "Товар с таким именем уже существует");

        var (groupStatus, group) = await site.SendAsync(HttpMethod.Post, "/api/v1/property_groups", new { name = "Разное", product_id = id });
        Assert.Equal(200, groupStatus);
        Assert.Equal(0, group.GetProperty("property_data").GetArrayLength());
        await ExpectAsync(HttpMethod.Post, "/api/v1/property_groups", new { name = "разное", product_id = id },
            409, "Группа характеристик с таким именем для указанного товара уже существует");

        var groupId = group.GetProperty("id").GetInt32();
        var (propertyStatus, property) = await site.SendAsync(
            HttpMethod.Post, "/api/v1/property", new { name = "Цвет", value = "зеленый", description = (string?)null, property_group_id = groupId });
        Assert.Equal(201, propertyStatus);
        await ExpectAsync(HttpMethod.Post, "/api/v1/property", new { name = "цвет", value = "x", description = "", property_group_id = groupId },
            409, "Такая характеристика для данной группы уже существует");

        var propertyId = property.GetProperty("id").GetInt32();
        Assert.Equal(200, (await site.SendAsync(HttpMethod.Patch, $"/api/v1/property/{propertyId}",
            new { name = "Цвет", value = "синий", property_group_id = groupId })).Status);
        Assert.Equal(200, (await site.SendAsync(HttpMethod.Patch, $"/api/v1/property_groups/{groupId}", new { name = "Прочее", product_id = id }))
            .Status);
        Assert.Equal(200, (await site.SendAsync(HttpMethod.Patch, $"/api/v1/product/{id}", new { description = "Старая" })).Status);
        Assert.Equal(200, (await site.SendAsync(HttpMethod.Patch, $"/api/v1/product/{id}", new { })).Status);

        var full = (await site.GetAsync($"/api/v1/product/{id}"))[0];
        Assert.Equal("Старая", full.GetProperty("description").GetString());
        var only = Assert.Single(full.GetProperty("property_group").EnumerateArray());
        Assert.Equal(("Прочее", groupId), (only.GetProperty("name").GetString(), only.GetProperty("id").GetInt32()));
        Assert.Equal("синий", only.GetProperty("property_data")[0].GetProperty("value").GetString());
    }

    [Fact]
    public async Task Nobody_edits_without_the_key()
    {
        using var stranger = new HttpClient { BaseAddress = site.Url };
        using var refused = await stranger.PostAsync("/api/v1/product", new StringContent("{}"));
        Assert.Equal(401, (int)refused.StatusCode);
        using var second = await stranger.PutAsync("/api/v2/aliases/net-video/a", new StringContent("""{"product":"b"}""",
            System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(401, (int)second.StatusCode);
    }

    [Fact]
    public async Task Where_the_second_interface_has_an_equal_the_first_says_so()
    {
        using var answer = await site.AskAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/product/search_by_name"));
        using var alone = await site.AskAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/property_groups/get_groups_with_property"));

        Assert.StartsWith("@", answer.Headers.GetValues("Deprecation").Single());
        Assert.Contains("successor-version", answer.Headers.GetValues("Link").Single());
        Assert.False(alone.Headers.Contains("Deprecation"));
    }

    private async Task ExpectAsync(HttpMethod method, string path, object body, int status, string detail)
    {
        var (seen, answer) = await site.SendAsync(method, path, body);
        Assert.Equal((status, detail), (seen, answer.GetProperty("detail").GetString()));
    }
}
