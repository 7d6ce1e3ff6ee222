using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using StockPipeline.CatalogApi.Reading;
using StockPipeline.CatalogApi.Storing;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.V1;

/// <summary>Writes the shapes of the first interface: groups, names and values as the partner wrote them.</summary>
internal static class FirstAnswers
{
    /// <summary>Bodies kept for the next answers, and the largest that is kept.</summary>
    private const int MaxBodies = 16;

    private const int LargestBody = 2 * 1024 * 1024;

    private static readonly ConcurrentBag<ArrayBufferWriter<byte>> Bodies = [];

    public static void WriteBase(Utf8JsonWriter json, CatalogProduct product)
    {
        json.WriteStartObject();
        WriteBaseFields(json, product);
        json.WriteEndObject();
    }

    public static void WriteFull(Utf8JsonWriter json, CatalogProduct product, Dictionary dictionary)
    {
        json.WriteStartObject();
        WriteBaseFields(json, product);
        json.WriteStartArray("property_group");
        foreach (var group in dictionary.GroupsOf(product))
            WriteGroup(json, product, group);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteGroup(Utf8JsonWriter json, CatalogProduct product, GatheredGroup group)
    {
        json.WriteStartObject();
        json.WriteNumber("id", CatalogAttribute.GroupId(product.Number, group.Group.Number));
        json.WriteString("name", group.Name);
        json.WriteNumber("product_id", product.Number);
        json.WriteStartArray("property_data");
        foreach (var (attribute, property) in group.Properties)
            WriteProperty(json, product, attribute, property);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteProperty(Utf8JsonWriter json, CatalogProduct product, CatalogAttribute attribute, CatalogProductProperty property)
    {
        json.WriteStartObject();
        json.WriteNumber("id", CatalogAttribute.PropertyId(product.Number, attribute.Number));
        json.WriteString("name", NameOf(attribute, property));
        json.WriteString("value", property.Value.Raw);
        json.WriteString("description", property.Description ?? attribute.Description);
        json.WriteNumber("property_group_id", CatalogAttribute.GroupId(product.Number, attribute.Group.Number));
        json.WriteEndObject();
    }

    public static string NameOf(CatalogAttribute attribute, CatalogProductProperty property)
    {
        if (property.Name is { } given)
            return given;
        foreach (var name in attribute.Names)
        {
            if (name.Partner == property.Partner)
                return name.Name;
        }
        return attribute.Name;
    }

    /// <summary>The envelope of a page.</summary>
    public static void WritePage<T>(Utf8JsonWriter json, Counted<T> found, int page, int size, Action<T> writeItem)
    {
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (var item in found.Items)
            writeItem(item);
        json.WriteEndArray();
        json.WriteNumber("total", found.Total);
        json.WriteNumber("page", page);
        json.WriteNumber("size", size);
        json.WriteNumber("pages", (found.Total + size - 1) / size);
        json.WriteEndObject();
    }

    public static async Task AnswerAsync(HttpContext http, int status, Action<Utf8JsonWriter> write)
    {
        // A full page has hundreds of kilobytes: new ones for each answer would be collected with all that is old, and others would wait for it.
        if (!Bodies.TryTake(out var body))
            body = new ArrayBufferWriter<byte>(64 * 1024);
        using (var json = new Utf8JsonWriter(body, Json.Compact))
            write(json);
        await AnswerAsync(http, status, body.WrittenMemory);
        if (Bodies.Count >= MaxBodies || body.Capacity > LargestBody)
            return;
        body.ResetWrittenCount();
        Bodies.Add(body);
    }

    public static Task AnswerAsync(HttpContext http, int status, string json) =>
        AnswerAsync(http, status, System.Text.Encoding.UTF8.GetBytes(json));

    /// <summary>The way the first interface says that something is not so.</summary>
    public static Task RefuseAsync(HttpContext http, int status, string detail) =>
        AnswerAsync(http, status, $$"""{"detail":{{JsonSerializer.Serialize(detail, Json.Options)}}}""");

    private static Task AnswerAsync(HttpContext http, int status, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    private static void WriteBaseFields(Utf8JsonWriter json, CatalogProduct product)
    {
        json.WriteNumber("id", product.Number);
        json.WriteString("name", product.Name.Value);
        json.WriteString("brand_name", product.Brand.Value);
        json.WriteString("description", product.Description.Value);
    }
}
