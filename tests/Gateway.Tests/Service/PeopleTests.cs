using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using StockPipeline.Contracts.Connections;
using StockPipeline.Gateway.People;
using StockPipeline.GatewayTests.Page;
using StockPipeline.Storage.Postgres;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Service;

/// <summary>
/// Who is let in where accounts are asked for, over a real PostgreSQL. Each test has people of its own, and an address of its own, whose tries are
/// counted by themselves.
/// </summary>
[Collection(GatewayCollection.Name)]
public sealed class PeopleTests : IClassFixture<PeopleSite>, IAsyncLifetime
{
    private const string Password = "correct horse battery";

    private static int tests;

    private readonly GatewaySite site;
    private readonly PeopleSite people;
    private readonly int number = Interlocked.Increment(ref tests);
    private readonly HttpClient stranger;

    public PeopleTests(GatewaySite site, PeopleSite people)
    {
        (this.site, this.people) = (site, people);
        stranger = new HttpClient(new SocketsHttpHandler { UseCookies = false, ConnectCallback = ConnectAsync });
    }

    private string Anna => $"anna-{number}";

    public Task InitializeAsync() => people.AddAsync(Anna, Password);

    public Task DisposeAsync()
    {
        stranger.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Who_has_logged_in_reads_until_the_session_is_closed_and_nobody_else_does()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(Url("/api/instruments"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(Url("/"))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await LogInAsync(Anna, "wrong")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await LogInAsync("nobody", Password)).StatusCode);

        using var welcome = await LogInAsync(Anna, Password);
        var cookie = welcome.Headers.GetValues("Set-Cookie").Single();

        Assert.Equal(HttpStatusCode.NoContent, welcome.StatusCode);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(HttpMethod.Get, "/api/instruments", cookie)).StatusCode);
        Assert.Equal(
            HttpStatusCode.Forbidden, (await AskAsync(HttpMethod.Delete, "/api/session", cookie, origin: "https://evil.example")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await AskAsync(HttpMethod.Delete, "/api/session", cookie)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(HttpMethod.Get, "/api/instruments", cookie)).StatusCode);
    }

    [Fact]
    public async Task A_socket_without_an_origin_needs_a_token_and_one_of_a_foreign_page_gets_nothing()
    {
        using var welcome = await LogInAsync(Anna, Password);
        var cookie = welcome.Headers.GetValues("Set-Cookie").Single();
        using var answer = await AskAsync(HttpMethod.Post, "/api/tokens", cookie, JsonContent.Create(new { label = "robot" }));
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();

        Assert.Contains("401", (await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(("Cookie", cookie)))).Message, StringComparison.Ordinal);
        Assert.Contains("403", (await Assert.ThrowsAsync<WebSocketException>(
            () => OpenAsync(("Cookie", cookie), ("Origin", "https://evil.example")))).Message, StringComparison.Ordinal);
        await OpenAsync(("Cookie", cookie), ("Origin", $"http://127.0.0.1:{people.Port}"));
        await OpenAsync(("Authorization", $"Bearer {token}"));
        Assert.Equal(HttpStatusCode.NoContent, (await AskAsync(HttpMethod.Delete, "/api/tokens/robot", cookie)).StatusCode);
        Assert.Contains("401", (await Assert.ThrowsAsync<WebSocketException>(
            () => OpenAsync(("Authorization", $"Bearer {token}")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watchlist_changed_meanwhile_is_not_overwritten()
    {
        using var welcome = await LogInAsync(Anna, Password);
        var cookie = welcome.Headers.GetValues("Set-Cookie").Single();

        using var first = await AskAsync(HttpMethod.Put, "/api/watchlists/mine", cookie, JsonContent.Create(new[] { "BBG004730N88" }));
        using var second = await AskAsync(HttpMethod.Put, "/api/watchlists/mine", cookie, JsonContent.Create(Array.Empty<string>()), match: "1");
        using var late = await AskAsync(HttpMethod.Put, "/api/watchlists/mine", cookie, JsonContent.Create(Array.Empty<string>()), match: "1");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.StatusCode);
    }

    [Fact]
    public async Task A_star_set_on_a_page_is_kept_beside_what_was_changed_elsewhere_meanwhile()
    {
        await using var page = await GatewayPage.OpenAsync(site.Browser, Url("/#/board"));
        await page.Page.FillAsync("form input[type=text], form input:not([type=password])", Anna);
        await page.Page.FillAsync("form input[type=password]", Password);
        await page.Page.Locator("form button").ClickAsync();
        // The page begins anew then.
        await page.Page.Locator(".line .ticker").First.WaitForAsync();
        await page.Page.EvaluateAsync("import('/js/store.js').then(({ toggleFavourite }) => toggleFavourite('BBG004730N88'))");
        using var welcome = await LogInAsync(Anna, Password);
        var cookie = welcome.Headers.GetValues("Set-Cookie").Single();
        using var elsewhere = await AskAsync(
            HttpMethod.Put, "/api/watchlists/Favourites", cookie, JsonContent.Create(new[] { "BBG004730N88", "BBG004730RP0" }), match: "1");

        // Two at once, of which the first meets the other's change and the second what the first has made of it.
        await page.Page.EvaluateAsync("""
            import('/js/store.js').then(({ toggleFavourite }) => Promise.all([toggleFavourite('TCS00A107T19'), toggleFavourite('BBG004730N88')]))
            """);

        using var kept = await AskAsync(HttpMethod.Get, "/api/watchlists", cookie);
        var list = Assert.Single((await kept.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray());
        Assert.Equal(HttpStatusCode.OK, elsewhere.StatusCode);
        Assert.Equal(["BBG004730RP0", "TCS00A107T19"], list.GetProperty("figis").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(
            ["BBG004730RP0", "TCS00A107T19"], await page.Page.EvaluateAsync<string[]>("stockpipeline.store.lists.at(0).figis"));
    }

    [Fact]
    public async Task Guessing_is_stopped_after_a_few_tries()
    {
        await people.AddAsync($"boris-{number}", Password);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 6; i++)
            answers.Add((await LogInAsync($"boris-{number}", "guess")).StatusCode);

        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
    }

    [Fact]
    public async Task Accounts_are_added_by_a_command_and_a_short_password_and_a_name_taken_are_refused_in_a_sentence()
    {
        Assert.Contains("10 to 200", await AddAsync($"carl-{number}", "short"), StringComparison.Ordinal);
        Assert.Equal("", await AddAsync($"carl-{number}", Password));
        Assert.Contains("already", await AddAsync($"carl-{number}", Password), StringComparison.Ordinal);
        using var welcome = await LogInAsync($"carl-{number}", Password);
        Assert.Equal(HttpStatusCode.NoContent, welcome.StatusCode);
    }

    [Fact]
    public async Task Everybody_has_tasks_of_their_own_as_many_as_allowed_and_administrators_change_schedules()
    {
        await site.WorkAsync();
        await people.AddAsync($"dora-{number}", Password);
        using var annas = await TokenAsync(Anna);
        using var doras = await TokenAsync($"dora-{number}");
        using var tab = await Wire.OpenAsync(people.Port, token: annas.Text);
        using var foreign = await Wire.OpenAsync(people.Port, token: doras.Text);
        foreach (var wire in new[] { tab, foreign })
            await wire.SayAsync("""{"op":"subscribe","subs":[{"sub":1,"stream":"tasks"}]}""");

        var id = await StartAsync(annas);
        var told = await tab.UntilAsync(one => Wire.IsEnd(one, id));
        await StartAsync(annas);
        using var tooMany = await annas.Http.PostAsJsonAsync(Url("/api/tasks"), Completeness);
        var other = await StartAsync(doras);
        var toldOther = await foreign.UntilAsync(one => Wire.IsEnd(one, other));

        Assert.DoesNotContain(toldOther, one => Wire.TaskOf(one) == id);
        Assert.Contains(told, one => Wire.TypeOf(one) == "mark");
        Assert.Equal(HttpStatusCode.NotFound, (await doras.Http.GetAsync(Url($"/api/tasks/{id}"))).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, tooMany.StatusCode);
        Assert.NotNull(tooMany.Headers.RetryAfter);
        var schedule = new { type = "completeness", @params = new { interval = "1-min" }, cron = "0 3 * * *" };
        Assert.Equal(HttpStatusCode.Forbidden, (await annas.Http.PutAsJsonAsync(Url("/api/schedules/mine"), schedule)).StatusCode);
        Assert.Equal("", await CommandAsync("user", "admin", Anna));
        Assert.Equal(HttpStatusCode.OK, (await annas.Http.PutAsJsonAsync(Url("/api/schedules/mine"), schedule)).StatusCode);
        Assert.Contains("no account", await CommandAsync("user", "admin", "nobody"), StringComparison.Ordinal);
    }

    private static object Completeness => new { type = "completeness", @params = new { interval = "1-min", from = "2026-11-20", to = "2026-11-21" } };

    private async Task<string> StartAsync(Program program)
    {
        using var answer = await program.Http.PostAsJsonAsync(Url("/api/tasks"), Completeness);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private async Task<Program> TokenAsync(string name)
    {
        using var welcome = await LogInAsync(name, Password);
        var cookie = welcome.Headers.GetValues("Set-Cookie").Single();
        using var answer = await AskAsync(HttpMethod.Post, "/api/tokens", cookie, JsonContent.Create(new { label = "tasks" }));
        return new Program((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!);
    }

    private Task<string> AddAsync(string name, string password) => CommandAsync(["user", "add", name], password + "\n");

    private Task<string> CommandAsync(params string[] arguments) => CommandAsync(arguments, "");

    private async Task<string> CommandAsync(string[] arguments, string input)
    {
        await using var command = ChildProcess.Start(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "StockPipeline.Gateway.dll"), .. arguments],
            new Dictionary<string, string> { ["DATABASE_URL"] = people.ConnectionString }, input: input);
        await command.ExitAsync();
        return string.Join('\n', command.Errors);
    }

    private async Task<HttpResponseMessage> LogInAsync(string name, string password) =>
        await stranger.PostAsJsonAsync(Url("/api/session"), new { name, password });

    private async Task<HttpResponseMessage> AskAsync(
        HttpMethod method, string path, string cookie, HttpContent? body = null, string? origin = null, string? match = null)
    {
        using var request = new HttpRequestMessage(method, Url(path)) { Content = body };
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        if (match is not null)
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{match}\"");
        return await stranger.SendAsync(request);
    }

    private async Task OpenAsync(params (string Name, string Value)[] headers)
    {
        using var socket = new ClientWebSocket();
        foreach (var (name, value) in headers)
            socket.Options.SetRequestHeader(name, name == "Cookie" ? value.Split(';')[0] : value);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{people.Port}/api/live"), default).WaitAsync(Eventually.Patience);
    }

    /// <summary>From the test's own address.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)number]), 0));
        await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private Uri Url(string path) => site.Url(path, people.Port);

    /// <summary>A program that has been given a token.</summary>
    private sealed class Program : IDisposable
    {
        public Program(string token)
        {
            Text = token;
            Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        public string Text { get; }

        public HttpClient Http { get; } = new();

        public void Dispose() => Http.Dispose();
    }
}

/// <summary>One PostgreSQL for all tests of people, and one gateway that asks for accounts.</summary>
public sealed class PeopleSite(GatewaySite site) : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private PrivatePostgres server = null!;
    private PostgresAccounts accounts = null!;
    private Gatekeeper gatekeeper = null!;
    private HostedServices gateway = null!;

    public string ConnectionString => server.ConnectionString;

    public int Port { get; } = FreePorts.Take(1)[0];

    public async Task InitializeAsync()
    {
        if (PrivatePostgres.FindPrograms() is null)
            await ChildProcess.OutputOfAsync(RepositoryFolder.PathOf("eng/debian-packages.sh"), ["postgresql"], patience: TimeSpan.FromMinutes(5));
        await ChildProcess.OutputOfAsync("chmod", ["755", folder.Path], patience: Eventually.Patience);
        server = await PrivatePostgres.StartAsync(PrivatePostgres.FindPrograms()!, folder.File("postgres"), TimeProvider.System, default);
        gateway = await site.HostAsync(Port, ("AUTH", "password"), ("DATABASE_URL", ConnectionString), ("GATEWAY_TASKS_AN_HOUR", "2"));
        accounts = await PostgresAccounts.OpenAsync(new Secret(ConnectionString), default);
        gatekeeper = new Gatekeeper(AuthMode.Password, accounts, TimeProvider.System);
    }

    public async Task AddAsync(string name, string password) => Assert.True(await gatekeeper.AddAsync(name, password, default));

    public async Task DisposeAsync()
    {
        gatekeeper.Dispose();
        await accounts.DisposeAsync();
        await gateway.DisposeAsync();
        await server.DisposeAsync();
        folder.Dispose();
    }
}
