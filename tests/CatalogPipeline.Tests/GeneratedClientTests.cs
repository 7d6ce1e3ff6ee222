using System.Text.Json;
using StockPipeline.Testing;

namespace StockPipeline.CatalogPipelineTests;

/// <summary>A client that somebody else's generator makes from the description the first interface gives of itself.</summary>
[Collection(CatalogCollection.Name)]
public sealed class GeneratedClientTests(CatalogSite site)
{
    private const string Folder = "tests/CatalogPipeline.Tests/GeneratedClient";

    [Fact]
    public async Task A_client_generated_from_the_description_works_and_each_quirk_is_answered_as_decided()
    {
        using var generated = new TempFolder();
        var words = JsonSerializer.Serialize(new
        {
            group = "видеокарта", partOfGroup = "видео", old = "Старая", veryOld = "Очень старая", connectors = "Разъемы монитора",
            connectorsOtherwise = "разъемы  монитора", history = "История", outputs = "Выходы", cables = "Пять кабелей",
        });

        var said = JsonDocument.Parse(await NodeScripts.RunAsync(
            Folder, "walk.mjs", [site.Url.ToString(), CatalogSite.Key, generated.Path, words])).RootElement;
        var steps = said.GetProperty("steps");
        var (product, group, property) = (Id("product"), Id("group"), Id("property"));

        Assert.Empty(said.GetProperty("wrong").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal((14, 14), (said.GetProperty("operations").GetInt32(), said.GetProperty("used").GetInt32()));

        // What is read.
        Assert.Equal(3, Body("all").GetProperty("items").GetArrayLength());
        Assert.NotEqual(0, Total("search folds"));
        Assert.All(Names("search folds"), name => Assert.Contains("GeForce RTX 2060", name, StringComparison.Ordinal));
        Assert.Equal(0, Total("search takes signs for letters"));
        Assert.True(Total("search finds all") >= CatalogSite.Products);
        Assert.Equal((Total("search finds all"), 0), (Total("beyond the end"), Names("beyond the end").Count));
        Assert.Equal(Body("all").GetProperty("items")[0].GetRawText(), Body("one product")[0].GetRawText());
        Assert.Equal(("[]", "[]"), (Body("absent product").GetRawText(), Body("groups of an absent product").GetRawText()));
        Assert.All(Names("groups by name"), name => Assert.Equal("Видеокарта", name));
        Assert.Equal(0, Total("groups of part of a name"));
        Assert.Contains("Гарантия", Body("names of properties").EnumerateArray().Select(one => one.GetProperty("distinct").GetString()));

        // What is entered and edited.
        Says("new product", 201);
        Says("new group", 200);
        Assert.Equal("[]", Body("new group").GetProperty("property_data").GetRawText());
        Says("new property", 201);
        foreach (var step in new[] { "edited product", "its own name again", "empty edit", "edit of nulls" })
            Assert.Equal((200, product), (Status(step), Body(step).GetProperty("id").GetInt32()));
        foreach (var step in new[] { "renamed group", "group with its own name" })
            Assert.Equal((200, group), (Status(step), Body(step).GetProperty("id").GetInt32()));
        foreach (var step in new[] { "edited property", "property with its own name" })
            Assert.Equal((200, property), (Status(step), Body(step).GetProperty("id").GetInt32()));
        var whole = Body("all of it")[0];
        Assert.Equal("Очень старая", whole.GetProperty("description").GetString());
        var outputs = whole.GetProperty("property_group").EnumerateArray().Single(one => one.GetProperty("id").GetInt32() == group);
        Assert.Equal("Выходы", outputs.GetProperty("name").GetString());
        Assert.Equal([("VGA", "2"), ("BNC", "5")], outputs.GetProperty("property_data").EnumerateArray()
            .Select(one => (one.GetProperty("name").GetString()!, one.GetProperty("value").GetString()!)));

        // What is refused, in the words that clients know.
        Says("same name", 409, "Товар с таким именем уже существует");
        Says("same key", 409, "Товар с таким именем уже существует");
        Says("name of another", 409, "Товар с таким именем уже существует");
        Says("blank name", 409, "Ошибка при добавлении продукта");
        Says("edit of an absent product", 409, "Данного товара не существует");
        Says("same group", 409, "Группа характеристик с таким именем для указанного товара уже существует");
        Says("group with the name of another", 409, "Группа характеристик с таким именем для указанного товара уже существует");
        Says("group of an absent product", 409, "Ошибка при добавлении группы характеристик");
        Says("absent group", 409, "Ошибка при добавлении группы характеристик");
        Says("group to an absent product", 409, "Ошибка при добавлении группы характеристик");
        Says("same property", 409, "Такая характеристика для данной группы уже существует");
        Says("property with the name of another", 409, "Такая характеристика для данной группы уже существует");
        Says("property of an absent group", 409, "Ошибка при добавлении характеристики");
        Says("absent property", 409, "Ошибка при добавлении характеристики");
        Says("property of another group", 409, "Ошибка при добавлении характеристики");
        Says("property to an absent group", 409, "Ошибка при добавлении характеристики");
        Refuses("id of more than 32 bits", "less_than_equal", "product_id");
        Refuses("edit of an id of more than 32 bits", "less_than_equal", "product_id");
        Refuses("group id of more than 32 bits", "less_than_equal", "property_group_id");
        Refuses("property id of more than 32 bits", "less_than_equal", "property_id");
        Refuses("page of none", "greater_than_equal", "page");
        Refuses("product without a field", "missing", "brand_name");
        Refuses("property without a description", "missing", "description");

        int Id(string name) => said.GetProperty("ids").GetProperty(name).GetInt32();
        JsonElement Body(string step) => steps.GetProperty(step).GetProperty("body");
        int Status(string step) => steps.GetProperty(step).GetProperty("status").GetInt32();
        long Total(string step) => Body(step).GetProperty("total").GetInt64();
        List<string> Names(string step) =>
            [.. Body(step).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];

        void Says(string step, int status, string? detail = null) =>
            Assert.Equal((step, status, detail), (step, Status(step), detail is null ? null : Body(step).GetProperty("detail").GetString()));

        void Refuses(string step, string type, string named)
        {
            var fault = Body(step).GetProperty("detail")[0];
            Assert.Equal(
                (step, 422, type, named),
                (step, Status(step), fault.GetProperty("type").GetString(), fault.GetProperty("loc")[1].GetString()));
        }
    }
}
