using System.Net;
using System.Text;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Connections;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.Testing;

namespace StockPipeline.SchemaRegistryTests;

public sealed class SchemaRegistryClientTests
{
    private static readonly AvroSchema Text = AvroSchema.Parse("\"string\"");

    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly Answers answers = new();

    [Theory]
    [InlineData("http://host:81", "http://host:81/subjects/a%2Fb/versions")]
    [InlineData("http://host:81/apis/ccompat/v7", "http://host:81/apis/ccompat/v7/subjects/a%2Fb/versions")]
    [InlineData("http://host:81/apis/ccompat/v7/", "http://host:81/apis/ccompat/v7/subjects/a%2Fb/versions")]
    public async Task Requests_stand_under_the_registrys_path(string url, string expected)
    {
        answers.Give(HttpStatusCode.OK, """{"id":5}""");
        using var client = Client(new SchemaRegistryConnection { Url = new Uri(url) });

        Assert.Equal(5, await client.RegisterAsync("a/b", Text, default));
        Assert.Equal(expected, answers.Requests.Single().Address);
    }

    [Fact]
    public async Task A_user_is_named_to_the_registry_and_a_password_never_to_anybody_else()
    {
        answers.Give(HttpStatusCode.Unauthorized, """{"error_code":401,"message":"Unauthorized"}""");
        using var client = Client(new SchemaRegistryConnection
        {
            Url = new Uri("http://host"), User = "reader", Password = new Secret("s3cret-ж"),
        });

        var error = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.SchemaAsync(1, default));

        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("reader:s3cret-ж"))}", answers.Requests.Single().Authorization);
        Assert.Equal((HttpStatusCode.Unauthorized, 401), (error.Status, error.Code));
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_never_changes_is_asked_once()
    {
        answers.Give(HttpStatusCode.OK, """{"id":5}""");
        answers.Give(HttpStatusCode.OK, """{"schema":"\"string\""}""");
        using var client = Client();

        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(5, await client.RegisterAsync("s", Text, default));
            Assert.Equal(Text.Json, (await client.SchemaAsync(5, default)).Json);
        }

        Assert.Equal(2, answers.Requests.Count);
    }

    [Fact]
    public async Task What_is_remembered_is_limited()
    {
        using var client = Client(options: new SchemaRegistryClientOptions { MaxRemembered = 2 });
        foreach (var id in new[] { 1, 2, 3, 3, 1 })
        {
            answers.Give(HttpStatusCode.OK, """{"schema":"\"string\""}""");
            await client.SchemaAsync(id, default);
        }

        Assert.Equal(4, answers.Requests.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.RequestTimeout)]
    [InlineData(null)]
    public async Task A_failure_that_may_pass_is_tried_again(HttpStatusCode? failure)
    {
        answers.Give(failure, "nothing to read");
        answers.Give(failure, "nothing to read");
        answers.Give(HttpStatusCode.OK, """{"id":5}""");
        using var client = Client();

        var id = await PatientlyAsync(client.RegisterAsync("s", Text, default));

        Assert.Equal(5, id);
        Assert.Equal(3, answers.Requests.Count);
    }

    [Fact]
    public async Task Tries_are_limited_and_the_last_failure_is_told()
    {
        for (var round = 0; round < 9; round++)
            answers.Give(HttpStatusCode.ServiceUnavailable, """{"error_code":50001,"message":"the store is away"}""");
        using var client = Client();

        var error = await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(() => PatientlyAsync(client.RegisterAsync("s", Text, default)));

        Assert.Equal(BackoffLimits.Request.Attempts, answers.Requests.Count);
        Assert.Contains("the store is away", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_in_time_is_unavailable()
    {
        using var client = Client(options: new SchemaRegistryClientOptions { Retry = new BackoffLimits { Attempts = 2 } });

        var error = await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(() => PatientlyAsync(client.SchemaAsync(1, default)));

        Assert.Contains("no answer within 10 s", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, """{"error_code":409,"message":"does not fit"}""", 409, "does not fit")]
    [InlineData(HttpStatusCode.NotFound, "<html>proxy</html>", 404, "Not Found")]
    public async Task A_refusal_is_told_at_once(HttpStatusCode status, string body, int code, string message)
    {
        answers.Give(status, body);
        using var client = Client();

        var error = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.RegisterAsync("s", Text, default));

        Assert.Equal(code, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Single(answers.Requests);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{}")]
    public async Task An_answer_that_is_no_registrys_is_an_error(string body)
    {
        answers.Give(HttpStatusCode.OK, body);
        using var client = Client();

        await Assert.ThrowsAsync<SchemaRegistryException>(() => client.RegisterAsync("s", Text, default));
    }

    [Fact]
    public async Task A_schema_of_another_kind_is_not_taken_for_avro()
    {
        answers.Give(HttpStatusCode.OK, """{"schemaType":"PROTOBUF","schema":"syntax = \"proto3\";"}""");
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

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private SchemaRegistryClient Client(SchemaRegistryConnection? connection = null, SchemaRegistryClientOptions? options = null) =>
        new(connection ?? new SchemaRegistryConnection { Url = new Uri("http://host") }, clock, options, answers);

    /// <summary>Lets time pass whenever the client waits for it.</summary>
    private async Task<T> PatientlyAsync<T>(Task<T> asked)
    {
        await Eventually.TrueAsync(() =>
        {
            if (!asked.IsCompleted && clock.Waiting > 0)
                clock.Advance(TimeSpan.FromSeconds(1));
            return asked.IsCompleted;
        });
        return await asked;
    }

    /// <summary>Gives prepared answers in turn; without one it never answers.</summary>
    private sealed class Answers : HttpMessageHandler
    {
        private readonly Queue<(HttpStatusCode? Status, string Body)> prepared = [];

        public List<(string Address, string? Authorization)> Requests { get; } = [];

        /// <param name="status">Null for a connection that breaks.</param>
        /// <param name="body">Of the answer.</param>
        public void Give(HttpStatusCode? status, string body) => prepared.Enqueue((status, body));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add((request.RequestUri!.AbsoluteUri, request.Headers.Authorization?.ToString()));
            if (!prepared.TryDequeue(out var answer))
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return answer.Status is { } status
                ? new HttpResponseMessage(status) { Content = new StringContent(answer.Body) }
                : throw new HttpRequestException("connection refused");
        }
    }
}
