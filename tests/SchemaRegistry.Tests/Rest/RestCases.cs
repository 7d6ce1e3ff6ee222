using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace StockPipeline.SchemaRegistryTests.Rest;

/// <summary>What Confluent's REST API promises; each case uses subjects of its own.</summary>
public abstract class RestCases
{
    private const string One = """{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":"int"}]}""";
    private const string Two =
        """{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}""";
    private const string Broken = """{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":"string"}]}""";

    private static readonly HttpClient Http = new();

    private readonly string subject = $"subject-{Guid.NewGuid():N}";

    /// <summary>Where the registry is; null where there is none to be asked.</summary>
    protected abstract Task<Uri?> RegistryAsync();

    [Fact]
    public async Task A_schema_registered_is_found_by_id_by_version_and_by_itself()
    {
        var id = await RegisterAsync(One);
        if (id is null)
            return;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(One), Schema(await GetAsync($"schemas/ids/{id}"))));
        foreach (var version in new[] { "1", "latest" })
        {
            var found = await GetAsync($"subjects/{subject}/versions/{version}");
            Assert.Equal((subject, 1, id), ((string?)found["subject"], (int)found["version"]!, (int?)found["id"]));
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(One), Schema(found)));
        }
        var looked = await SendAsync(HttpMethod.Post, $"subjects/{subject}", Body(One));
        Assert.Equal((1, id), ((int)looked["version"]!, (int?)looked["id"]));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(One), await GetAsync($"subjects/{subject}/versions/1/schema")));
    }

    [Fact]
    public async Task Registering_again_changes_nothing()
    {
        var id = await RegisterAsync(One);
        if (id is null)
            return;

        Assert.Equal(id, await RegisterAsync(One));
        Assert.Equal("[1]", (await GetAsync($"subjects/{subject}/versions")).ToJsonString());
    }

    [Fact]
    public async Task A_schema_has_one_id_under_all_subjects()
    {
        var text = One.Replace("\"R\"", $"\"R{Guid.NewGuid():N}\"", StringComparison.Ordinal);
        var id = await RegisterAsync(text);
        if (id is null)
            return;

        Assert.Equal(id, (int?)(await SendAsync(HttpMethod.Post, $"subjects/{subject}-other/versions", Body(text)))["id"]);
        var versions = (await GetAsync($"schemas/ids/{id}/versions")).AsArray().Select(one => (string?)one!["subject"]);
        Assert.Equal([subject, $"{subject}-other"], versions.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_second_schema_is_the_second_version()
    {
        var first = await RegisterAsync(One);
        if (first is null)
            return;
        var second = await RegisterAsync(Two);

        Assert.NotEqual(first, second);
        Assert.Equal("[1,2]", (await GetAsync($"subjects/{subject}/versions")).ToJsonString());
        Assert.Equal(2, (int)(await GetAsync($"subjects/{subject}/versions/latest"))["version"]!);
        Assert.Contains(subject, (await GetAsync("subjects")).AsArray().Select(one => (string?)one));
    }

    [Theory]
    [InlineData("BACKWARD", Two, Broken)]
    [InlineData("FORWARD", Two, Broken)]
    [InlineData("FULL", Two, Broken)]
    public async Task A_schema_that_does_not_fit_is_refused_by_the_subjects_level(string level, string good, string bad)
    {
        if (await RegisterAsync(One) is null)
            return;
        await SendAsync(HttpMethod.Put, $"config/{subject}", $$"""{"compatibility":"{{level}}"}""");

        Assert.False((bool)(await SendAsync(HttpMethod.Post, $"compatibility/subjects/{subject}/versions/latest", Body(bad)))["is_compatible"]!);
        Assert.True((bool)(await SendAsync(HttpMethod.Post, $"compatibility/subjects/{subject}/versions/latest", Body(good)))["is_compatible"]!);
        await AssertRefusedAsync(HttpMethod.Post, $"subjects/{subject}/versions", Body(bad), HttpStatusCode.Conflict, 409);
        Assert.NotNull(await RegisterAsync(good));
    }

    [Fact]
    public async Task Without_a_level_everything_fits()
    {
        if (await RegisterAsync(One) is null)
            return;
        await SendAsync(HttpMethod.Put, $"config/{subject}", """{"compatibility":"NONE"}""");

        Assert.NotNull(await RegisterAsync(Broken));
    }

    [Fact]
    public async Task A_subjects_level_is_read_back()
    {
        if (await RegisterAsync(One) is null)
            return;

        await SendAsync(HttpMethod.Put, $"config/{subject}", """{"compatibility":"FULL_TRANSITIVE"}""");
        Assert.Equal("FULL_TRANSITIVE", (string?)(await GetAsync($"config/{subject}"))["compatibilityLevel"]);
    }

    [Theory]
    [InlineData("GET", "subjects/{0}/versions", null, 404, 40401)]
    [InlineData("GET", "subjects/{0}/versions/1", null, 404, 40401)]
    [InlineData("GET", "schemas/ids/2147483000", null, 404, 40403)]
    [InlineData("POST", "subjects/{0}", "{\"schema\":\"\\\"string\\\"\"}", 404, 40401)]
    [InlineData("POST", "subjects/{0}/versions", "{\"schema\":\"{\\\"type\\\":\\\"nonsense\\\"}\"}", 422, 42201)]
    [InlineData("DELETE", "subjects/{0}", null, 404, 40401)]
    public async Task What_is_not_there_or_not_right_has_its_code(string method, string path, string? body, int status, int code)
    {
        if (await RegistryAsync() is null)
            return;

        await AssertRefusedAsync(new HttpMethod(method), path.Replace("{0}", subject, StringComparison.Ordinal), body, (HttpStatusCode)status, code);
    }

    [Fact]
    public async Task Versions_that_are_not_there_have_their_codes()
    {
        if (await RegisterAsync(One) is null)
            return;

        await AssertRefusedAsync(HttpMethod.Get, $"subjects/{subject}/versions/7", null, HttpStatusCode.NotFound, 40402);
        await AssertRefusedAsync(HttpMethod.Post, $"subjects/{subject}", Body(Two), HttpStatusCode.NotFound, 40403);
    }

    [Fact]
    public async Task A_version_deleted_softly_can_still_be_read_by_id_until_it_is_deleted_for_good()
    {
        var id = await RegisterAsync(One);
        if (id is null)
            return;
        await RegisterAsync(Two);

        Assert.Equal(1, (int)await SendAsync(HttpMethod.Delete, $"subjects/{subject}/versions/1", null));
        Assert.Equal("[2]", (await GetAsync($"subjects/{subject}/versions")).ToJsonString());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(One), Schema(await GetAsync($"schemas/ids/{id}"))));
        Assert.Equal(1, (int)await SendAsync(HttpMethod.Delete, $"subjects/{subject}/versions/1?permanent=true", null));
    }

    [Fact]
    public async Task A_subject_deleted_is_gone_from_the_list()
    {
        if (await RegisterAsync(One) is null)
            return;

        Assert.Equal("[1]", (await SendAsync(HttpMethod.Delete, $"subjects/{subject}", null)).ToJsonString());
        Assert.DoesNotContain(subject, (await GetAsync("subjects")).AsArray().Select(one => (string?)one));
        await AssertRefusedAsync(HttpMethod.Get, $"subjects/{subject}/versions", null, HttpStatusCode.NotFound, 40401);
        Assert.Equal("[1]", (await SendAsync(HttpMethod.Delete, $"subjects/{subject}?permanent=true", null)).ToJsonString());
    }

    private protected static string Body(string schema) => new JsonObject { ["schema"] = schema }.ToJsonString();

    private protected async Task<(HttpStatusCode Status, string? Type, JsonNode Body)> AskAsync(HttpMethod method, string path, string? body)
    {
        var root = await RegistryAsync() ?? throw new InvalidOperationException("There is no registry to be asked.");
        using var request = new HttpRequestMessage(method, new Uri(root, path));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/vnd.schemaregistry.v1+json");
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, JsonNode.Parse(text)!);
    }

    private protected async Task<JsonNode> SendAsync(HttpMethod method, string path, string? body)
    {
        var (status, _, answer) = await AskAsync(method, path, body);
        Assert.True(status == HttpStatusCode.OK, $"{method} {path}: {status} {answer.ToJsonString()}");
        return answer;
    }

    private protected Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    private protected async Task AssertRefusedAsync(HttpMethod method, string path, string? body, HttpStatusCode status, int code)
    {
        var (answered, _, error) = await AskAsync(method, path, body);
        Assert.True(
            answered == status && (int?)error["error_code"] == code,
            $"{method} {path}: {(int)answered} {error.ToJsonString()} for {(int)status} {code}");
        Assert.NotEmpty((string)error["message"]!);
    }

    /// <summary>Null where there is no registry.</summary>
    private async Task<int?> RegisterAsync(string schema) => await RegistryAsync() is null
        ? null
        : (int)(await SendAsync(HttpMethod.Post, $"subjects/{subject}/versions", Body(schema)))["id"]!;

    private static JsonNode? Schema(JsonNode answer) => JsonNode.Parse((string)answer["schema"]!);
}
