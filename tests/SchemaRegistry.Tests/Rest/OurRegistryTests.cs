using System.Net;

namespace StockPipeline.SchemaRegistryTests.Rest;

/// <summary>The cases, and what ours promises beyond them, against our registry.</summary>
public sealed class OurRegistryTests(OurRegistry registry) : RestCases, IClassFixture<OurRegistry>
{
    [Theory]
    [InlineData("nowhere", 404)]
    [InlineData("schemas/ids/x", 404)]
    [InlineData("mode/subject-without", 404)]
    [InlineData("associations/resources/-/orders?resourceType=topic&associationType=value", 404)]
    public async Task Every_refusal_is_json_with_a_code(string path, int status)
    {
        var (answered, type, body) = await AskAsync(HttpMethod.Get, path, null);

        Assert.Equal((HttpStatusCode)status, answered);
        Assert.Equal("application/vnd.schemaregistry.v1+json", type);
        Assert.NotNull(body["error_code"]);
        Assert.NotEmpty((string)body["message"]!);
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("null", 400)]
    [InlineData("{}", 422)]
    [InlineData("""{"schema":"\"string\"","schemaType":"PROTOBUF"}""", 422)]
    [InlineData("""{"schema":"\"string\"","references":[{"name":"x"}]}""", 422)]
    public async Task A_body_that_is_not_right_is_refused(string body, int status) =>
        Assert.Equal((HttpStatusCode)status, (await AskAsync(HttpMethod.Post, "subjects/body/versions", body)).Status);

    [Fact]
    public async Task A_method_that_is_not_served_is_refused() =>
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await AskAsync(HttpMethod.Put, "subjects", "{}")).Status);

    [Fact]
    public async Task A_subject_may_hold_any_characters()
    {
        var path = Uri.EscapeDataString("a/b c:ж?");

        await SendAsync(HttpMethod.Post, $"subjects/{path}/versions", Body("\"string\""));

        Assert.Contains("a/b c:ж?", (await GetAsync("subjects?subjectPrefix=a")).AsArray().Select(one => (string?)one));
        var tooLong = new string('x', 256);
        await AssertRefusedAsync(HttpMethod.Post, $"subjects/{tooLong}/versions", Body("\"string\""), HttpStatusCode.UnprocessableEntity, 42208);
    }

    [Fact]
    public async Task Deleting_for_good_comes_after_deleting()
    {
        await SendAsync(HttpMethod.Post, "subjects/twice/versions", Body("\"string\""));

        await AssertRefusedAsync(HttpMethod.Delete, "subjects/twice?permanent=true", null, HttpStatusCode.NotFound, 40405);
        await AssertRefusedAsync(HttpMethod.Delete, "subjects/twice/versions/1?permanent=true", null, HttpStatusCode.NotFound, 40407);
        await SendAsync(HttpMethod.Delete, "subjects/twice", null);
        await AssertRefusedAsync(HttpMethod.Delete, "subjects/twice", null, HttpStatusCode.NotFound, 40404);
        await AssertRefusedAsync(HttpMethod.Delete, "subjects/twice/versions/1", null, HttpStatusCode.NotFound, 40406);
        Assert.Equal("[1]", (await GetAsync("subjects/twice/versions?deleted=true")).ToJsonString());
        await SendAsync(HttpMethod.Delete, "subjects/twice?permanent=true", null);
        await AssertRefusedAsync(HttpMethod.Get, "subjects/twice/versions?deleted=true", null, HttpStatusCode.NotFound, 40401);
    }

    [Fact]
    public async Task A_subject_that_is_read_only_is_not_changed()
    {
        await SendAsync(HttpMethod.Put, "mode/frozen", """{"mode":"READONLY"}""");

        await AssertRefusedAsync(HttpMethod.Post, "subjects/frozen/versions", Body("\"string\""), HttpStatusCode.UnprocessableEntity, 42205);
        await AssertRefusedAsync(HttpMethod.Put, "mode/frozen", """{"mode":"IMPORT"}""", HttpStatusCode.UnprocessableEntity, 42204);
        await SendAsync(HttpMethod.Delete, "mode/frozen", null);
        await SendAsync(HttpMethod.Post, "subjects/frozen/versions", Body("\"string\""));
    }

    [Fact]
    public async Task A_transitive_level_looks_at_every_version()
    {
        const string first = """{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}""";
        const string second = """{"type":"record","name":"R","fields":[]}""";
        const string third = """{"type":"record","name":"R","fields":[{"name":"a","type":"string","default":""}]}""";
        await SendAsync(HttpMethod.Post, "subjects/all/versions", Body(first));
        await SendAsync(HttpMethod.Post, "subjects/all/versions", Body(second));

        await SendAsync(HttpMethod.Put, "config/all", """{"compatibility":"BACKWARD_TRANSITIVE"}""");
        await AssertRefusedAsync(HttpMethod.Post, "subjects/all/versions", Body(third), HttpStatusCode.Conflict, 409);
        var reasons = await SendAsync(HttpMethod.Post, "compatibility/subjects/all/versions?verbose=true", Body(third));
        Assert.Contains("/fields/0/type", reasons["messages"]!.ToJsonString(), StringComparison.Ordinal);
        await SendAsync(HttpMethod.Put, "config/all", """{"compatibility":"BACKWARD"}""");
        await SendAsync(HttpMethod.Post, "subjects/all/versions", Body(third));
    }

    [Fact]
    public async Task Values_out_of_range_have_their_codes()
    {
        await SendAsync(HttpMethod.Post, "subjects/range/versions", Body("\"string\""));

        foreach (var version in new[] { "0", "-2", "newest", "2147483648" })
            await AssertRefusedAsync(HttpMethod.Get, $"subjects/range/versions/{version}", null, HttpStatusCode.UnprocessableEntity, 42202);
        await AssertRefusedAsync(HttpMethod.Put, "config", """{"compatibility":"SOMETIMES"}""", HttpStatusCode.UnprocessableEntity, 42203);
        Assert.Equal("FULL", (string?)(await SendAsync(HttpMethod.Put, "config/range", """{"compatibility":"full"}"""))["compatibility"]);
    }

    [Fact]
    public async Task A_level_taken_away_is_that_of_all_again()
    {
        await SendAsync(HttpMethod.Put, "config/taken", """{"compatibility":"FULL"}""");

        Assert.Equal("FULL", (string?)(await SendAsync(HttpMethod.Delete, "config/taken", null))["compatibilityLevel"]);
        await AssertRefusedAsync(HttpMethod.Get, "config/taken", null, HttpStatusCode.NotFound, 40408);
        await AssertRefusedAsync(HttpMethod.Delete, "config/taken", null, HttpStatusCode.NotFound, 40401);
    }

    [Fact]
    public async Task The_mode_and_the_kinds_of_schemas_are_told()
    {
        Assert.Equal("READWRITE", (string?)(await GetAsync("mode"))["mode"]);
        Assert.Equal("[\"AVRO\"]", (await GetAsync("schemas/types")).ToJsonString());
    }

    [Fact]
    public async Task The_level_for_all_is_backward_until_it_is_set()
    {
        Assert.Equal("BACKWARD", (string?)(await GetAsync("config"))["compatibilityLevel"]);
        Assert.Equal("BACKWARD", (string?)(await GetAsync("config/nobody?defaultToGlobal=true"))["compatibilityLevel"]);
    }

    protected override Task<Uri?> RegistryAsync() => Task.FromResult<Uri?>(registry.Server.Url);
}
