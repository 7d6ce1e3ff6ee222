using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StockPipeline.Avro.Schemas;
using StockPipeline.SchemaRegistryServer.Catalog;

namespace StockPipeline.SchemaRegistryServer.Rest;

/// <summary>Reads one request and answers it.</summary>
internal sealed class RegistryRequest(HttpContext context)
{
    public const string MediaType = "application/vnd.schemaregistry.v1+json";

    private const string Latest = "latest";

    public CancellationToken Stop => context.RequestAborted;

    public string Subject => Segment("subject");

    /// <summary>Null for the latest.</summary>
    public int? Version
    {
        get
        {
            var text = Segment("version");
            if (text is Latest or "-1")
                return null;
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version >= 1
                ? version
                : throw RegistryError.InvalidVersion(text);
        }
    }

    public int Id => int.TryParse(Segment("id"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new RegistryError(404, 404, "HTTP 404 Not Found");

    public bool Flag(string name) => string.Equals(context.Request.Query[name], "true", StringComparison.OrdinalIgnoreCase);

    public string? Query(string name) => context.Request.Query[name];

    public async Task<AvroSchema> ReadSchemaAsync()
    {
        var request = await ReadAsync(RestMessages.Wire.SchemaRequest);
        if (request.SchemaType is not null and not SchemaVersion.Avro)
            throw RegistryError.InvalidSchema($"the type {request.SchemaType} is not kept here, {SchemaVersion.Avro} alone is");
        if (request.References is { Count: > 0 })
            throw RegistryError.InvalidSchema("references to other subjects are not kept here; a schema stands alone");
        if (string.IsNullOrWhiteSpace(request.Schema))
            throw RegistryError.InvalidSchema("Empty schema");
        try
        {
            return AvroSchema.Parse(request.Schema);
        }
        catch (InvalidSchemaException error)
        {
            throw RegistryError.InvalidSchema(error.Message);
        }
    }

    public async Task<T> ReadAsync<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, Stop) ?? throw new RegistryError(400, 400, "The body is empty");
        }
        catch (JsonException error)
        {
            throw new RegistryError(400, 400, $"The body cannot be read: {error.Message}");
        }
    }

    public Task AnswerAsync<T>(T answer, JsonTypeInfo<T> type) => AnswerAsync(200, answer, type);

    public Task AnswerAsync(SchemaVersion version) => AnswerAsync(Describe(version), RestMessages.Wire.SchemaAnswer);

    public Task AnswerTextAsync(string json) => WriteAsync(200, Encoding.UTF8.GetBytes(json));

    public Task RefuseAsync(int status, int code, string message) =>
        AnswerAsync(status, new ErrorAnswer { ErrorCode = code, Message = message }, RestMessages.Wire.ErrorAnswer);

    public static SchemaAnswer Describe(SchemaVersion version) => new()
    {
        Subject = version.Subject,
        Version = version.Version,
        Id = version.Id,
        SchemaType = TypeOf(version),
        Schema = version.Text,
    };

    public static string? TypeOf(SchemaVersion version) => version.SchemaType == SchemaVersion.Avro ? null : version.SchemaType;

    private Task AnswerAsync<T>(int status, T answer, JsonTypeInfo<T> type) => WriteAsync(status, JsonSerializer.SerializeToUtf8Bytes(answer, type));

    private async Task WriteAsync(int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, Stop);
    }

    /// <summary>The one escape that routing leaves in place is that of the slash.</summary>
    private string Segment(string name) =>
        ((string)context.Request.RouteValues[name]!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Leads requests to what answers them.</summary>
internal sealed class Routes(IEndpointRouteBuilder web)
{
    public void Get(string pattern, Func<RegistryRequest, Task> answer) => Map(HttpMethods.Get, pattern, answer);

    public void Post(string pattern, Func<RegistryRequest, Task> answer) => Map(HttpMethods.Post, pattern, answer);

    public void Put(string pattern, Func<RegistryRequest, Task> answer) => Map(HttpMethods.Put, pattern, answer);

    public void Delete(string pattern, Func<RegistryRequest, Task> answer) => Map(HttpMethods.Delete, pattern, answer);

    private void Map(string method, string pattern, Func<RegistryRequest, Task> answer) =>
        web.MapMethods(pattern, [method], context => answer(new RegistryRequest(context)));
}
