using System.Net;
using System.Text;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Connections;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.Testing;

namespace StockPipeline.SchemaRegistryTests;

/// <summary>What the codecs rely on, over HTTP: which answers are refusals, which are outages, and how often anything is asked.</summary>
public sealed class SchemaRegistryClientTests : IAsyncLifetime
{
    private static readonly AvroSchema Text = AvroSchema.Parse("\"string\"");

    private static readonly BackoffLimits Hasty = new() { First = TimeSpan.FromMilliseconds(1), Cap = TimeSpan.FromMilliseconds(2), Attempts = 4 };

    private StubRegistry stub = null!;

    public async Task InitializeAsync() => stub = await StubRegistry.StartAsync();

    public Task DisposeAsync() => stub.DisposeAsync().AsTask();

    [Theory]
    [InlineData("", "/subjects/a%2Fb/versions")]
    [InlineData("/apis/ccompat/v7", "/apis/ccompat/v7/subjects/a%2Fb/versions")]
    [InlineData("/apis/ccompat/v7/", "/apis/ccompat/v7/subjects/a%2Fb/versions")]
    public async Task Requests_stand_under_the_registrys_path(string path, string expected)
    {
        stub.Give(HttpStatusCode.OK, """{"id":5}""");
        using var client = Client(new SchemaRegistryConnection { Url = new Uri(stub.Url, path) });

        Assert.Equal(5, await client.RegisterAsync("a/b", Text, default));
        Assert.StartsWith(expected, stub.Requests.Single().Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error_code":401,"message":"Unauthorized"}""")]
    [InlineData("<html>who are you?</html>")]
    public async Task A_user_is_named_to_the_registry_and_a_password_never_to_anybody_else(string body)
    {
        stub.Give(HttpStatusCode.Unauthorized, body);
        using var client = Client(new SchemaRegistryConnection { Url = stub.Url, User = "reader", Password = new Secret("s3cret:ж") });

        var error = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.SchemaAsync(1, default));

        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("reader:s3cret:ж"))}", stub.Requests.Single().Authorization);
        Assert.Equal((HttpStatusCode.Unauthorized, 401), (error.Status, error.Code));
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_never_changes_is_asked_once()
    {
        stub.Give(HttpStatusCode.OK, """{"id":5}""");
        stub.Give(HttpStatusCode.OK, """{"schema":"\"string\""}""");
        using var client = Client();

        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(5, await client.RegisterAsync("s", Text, default));
            Assert.Equal(Text.Json, (await client.SchemaAsync(5, default)).Json);
        }

        Assert.Equal(2, stub.Requests.Count);
    }

    [Fact]
    public async Task What_is_remembered_is_limited()
    {
        using var client = Client(options: new SchemaRegistryClientOptions { MaxRemembered = 2 });
        foreach (var id in new[] { 1, 2, 3, 3, 1 })
        {
            stub.Give(HttpStatusCode.OK, """{"schema":"\"string\""}""");
            await client.SchemaAsync(id, default);
        }

        Assert.Equal(4, stub.Requests.Count);
    }

    [Fact]
    public async Task An_id_that_is_not_known_is_asked_for_again_each_time()
    {
        using var client = Client();
        for (var round = 0; round < 2; round++)
        {
            stub.Give(HttpStatusCode.NotFound, """{"error_code":40403,"message":"Schema 7 not found"}""");
            Assert.True((await Assert.ThrowsAsync<SchemaRegistryException>(() => client.SchemaAsync(7, default))).IsUnknownSchema);
        }
        stub.Give(HttpStatusCode.OK, """{"schema":"\"string\""}""");

        Assert.Equal(Text.Json, (await client.SchemaAsync(7, default)).Json);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.RequestTimeout)]
    [InlineData(null)]
    public async Task A_failure_that_may_pass_is_tried_again(HttpStatusCode? failure)
    {
        stub.Give(failure, "nothing to read");
        stub.Give(failure, "nothing to read");
        stub.Give(HttpStatusCode.OK, """{"id":5}""");
        using var client = Client();

        Assert.Equal(5, await client.RegisterAsync("s", Text, default));
        Assert.Equal(3, stub.Requests.Count);
    }

    [Fact]
    public async Task Tries_are_limited_and_the_last_failure_is_told()
    {
        for (var round = 0; round < 9; round++)
            stub.Give(HttpStatusCode.ServiceUnavailable, """{"error_code":50001,"message":"the store is away"}""");
        using var client = Client();

        var error = await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(() => client.RegisterAsync("s", Text, default));

        Assert.Equal(Hasty.Attempts, stub.Requests.Count);
        Assert.Contains("the store is away", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_in_time_is_unavailable()
    {
        var options = new SchemaRegistryClientOptions { RequestTimeout = TimeSpan.FromMilliseconds(50), Retry = Hasty with { Attempts = 2 } };
        using var client = Client(options: options);

        var error = await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(() => client.SchemaAsync(1, default));

        Assert.Contains("does not answer for schema 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_is_not_there_is_unavailable()
    {
        using var client = Client(new SchemaRegistryConnection { Url = new Uri($"http://127.0.0.1:{FreePorts.Take(1)[0]}") });

        var error = await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(() => client.SchemaAsync(1, default));

        Assert.Contains("Connection refused", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, """{"error_code":409,"message":"does not fit"}""", 409, "does not fit")]
    [InlineData(HttpStatusCode.NotFound, "<html>proxy</html>", 404, "NotFound")]
    [InlineData(HttpStatusCode.Forbidden, """{"message":"not yours"}""", 403, "not yours")]
    public async Task A_refusal_is_told_at_once(HttpStatusCode status, string body, int code, string message)
    {
        stub.Give(status, body);
        using var client = Client();

        var error = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.RegisterAsync("s", Text, default));

        Assert.Equal((status, code), (error.Status, error.Code));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Single(stub.Requests);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"id":"five"}""")]
    public async Task An_answer_that_is_no_registrys_is_an_error(string body)
    {
        stub.Give(HttpStatusCode.OK, body);
        stub.Give(HttpStatusCode.OK, body);
        using var client = Client();

        var registering = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.RegisterAsync("s", Text, default));
        await Assert.ThrowsAsync<SchemaRegistryException>(() => client.SchemaAsync(1, default));

        Assert.Contains("is not a schema registry", registering.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"schemaType":"PROTOBUF","schema":"syntax = \"proto3\";"}""")]
    [InlineData("""{"schemaType":"XML","schema":"<a/>"}""")]
    [InlineData("""{"schema":"\"a.B\"","references":[{"name":"a.B","subject":"b","version":1}]}""")]
    [InlineData("""{"schema":"nonsense"}""")]
    public async Task A_schema_that_is_not_avro_standing_alone_is_not_taken_for_it(string body)
    {
        stub.Give(HttpStatusCode.OK, body);
        using var client = Client();

        await Assert.ThrowsAsync<InvalidSchemaException>(() => client.SchemaAsync(1, default));
    }

    [Fact]
    public async Task Asking_can_be_stopped()
    {
        using var client = Client();
        using var stop = new CancellationTokenSource();

        var asked = client.SchemaAsync(1, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.WaitAsync(Eventually.Patience));
    }

    private SchemaRegistryClient Client(SchemaRegistryConnection? connection = null, SchemaRegistryClientOptions? options = null) =>
        new(connection ?? new SchemaRegistryConnection { Url = stub.Url }, options ?? new SchemaRegistryClientOptions { Retry = Hasty });
}
