using System.Net;
using StockPipeline.Hosting;
using StockPipeline.Testing;

namespace StockPipeline.HostingTests;

public sealed class SupervisorTests
{
    private readonly List<string> events = [];
    private readonly StringWriter errors = new();
    private readonly Dictionary<string, string> environment = new() { ["HEALTH_PORT"] = "off", ["LOG_LEVEL"] = "none", ["INTERVAL"] = "1" };

    [Fact]
    public async Task Stop_ends_all_services_cleanly()
    {
        using var stop = new CancellationTokenSource();
        var supervisor = Of(Define("a", Forever), Define("b", Forever));

        var running = supervisor.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => Has("a started") && Has("b started"));
        await stop.CancelAsync();

        Assert.Equal(ExitCode.Clean, await running);
        Assert.True(Has("a disposed") && Has("b disposed"));
        Assert.Empty(errors.ToString());
    }

    [Fact]
    public async Task One_failed_service_stops_the_others_and_is_the_only_one_blamed()
    {
        var supervisor = Of(Define("a", Forever), Define("b", (_, _) => throw new IOException("no disk")));

        Assert.Equal(ExitCode.Failed, await supervisor.RunAsync(CancellationToken.None));

        Assert.Equal("b failed: IOException: no disk\n", errors.ToString());
        Assert.True(Has("a ended") && Has("a disposed"));
    }

    [Fact]
    public async Task A_service_that_returns_unasked_is_a_failure()
    {
        var supervisor = Of(Define("a", (_, _) => Task.CompletedTask));

        Assert.Equal(ExitCode.Failed, await supervisor.RunAsync(CancellationToken.None));
        Assert.Equal("a failed: InvalidOperationException: The service ended though nobody had asked it to stop.\n", errors.ToString());
    }

    [Fact]
    public async Task A_cancellation_nobody_asked_for_is_a_failure()
    {
        var supervisor = Of(Define("a", (_, _) => throw new OperationCanceledException("a time-out of its own")));

        Assert.Equal(ExitCode.Failed, await supervisor.RunAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Each_service_has_its_own_settings_over_the_shared_ones()
    {
        var read = new List<string>();
        var definitions = new[] { "5", null, "60" }.Select((interval, index) =>
            new ServiceDefinition($"macd-{index}", context =>
            {
                read.Add(context.Settings.Text("INTERVAL", "none"));
                return new ScriptedService(context, events, (_, _) => Task.CompletedTask);
            })
            {
                Overrides = interval is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["INTERVAL"] = interval },
            });

        await Of([.. definitions]).RunAsync(CancellationToken.None);

        Assert.Equal(["5", "1", "60"], read);
    }

    [Fact]
    public async Task Wrong_settings_of_any_service_start_none_and_show_every_problem_once()
    {
        var supervisor = Of(Wrong("a"), Define("b", Forever), Wrong("c"));

        Assert.Equal(ExitCode.BadSettings, await supervisor.RunAsync(CancellationToken.None));

        Assert.Equal("a: INTERVAL is '1'; allowed: a whole number from 5 to 9\na: TOPIC is not set; allowed: any text\n", errors.ToString());
        Assert.DoesNotContain(events, one => one.EndsWith("started", StringComparison.Ordinal));
        Assert.True(Has("b disposed"));

        ServiceDefinition Wrong(string name) => new(name, context =>
        {
            context.Settings.WholeNumber("INTERVAL", 5, 5, 9);
            var topic = context.Settings.Required("TOPIC");
            throw new ArgumentException($"A constructor that cannot bear '{topic}'.");
        });
    }

    [Fact]
    public async Task A_service_that_cannot_be_made_though_its_settings_are_right_is_a_failure()
    {
        var supervisor = Of(new ServiceDefinition("a", _ => throw new IOException("the folder is locked")), Define("b", Forever));

        Assert.Equal(ExitCode.Failed, await supervisor.RunAsync(CancellationToken.None));
        Assert.Equal("a failed: IOException: the folder is locked\n", errors.ToString());
        Assert.False(Has("b started"));
    }

    [Fact]
    public async Task A_stage_starts_when_the_one_before_is_ready_and_stops_after_the_one_behind_is_disposed()
    {
        var allowReady = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var broker = Define("broker", async (context, token) =>
        {
            await allowReady.Task.WaitAsync(token);
            context.Health.Check("listening").Ready();
            await Forever(context, token);
        });
        var supervisor = Of(Define("macd", Forever) with { Stage = 1 }, broker);

        var running = supervisor.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => Has("broker started"));
        Assert.False(Has("macd started"));
        allowReady.SetResult();
        await Eventually.TrueAsync(() => Has("macd started"));
        await stop.CancelAsync();
        await running;

        Assert.Equal(["broker started", "macd started", "macd ended", "macd disposed", "broker ended", "broker disposed"], events);
    }

    [Fact]
    public async Task A_stage_that_does_not_become_ready_in_time_is_a_failure()
    {
        environment["START_TIMEOUT"] = "1s";
        var supervisor = Of(Define("broker", Forever), Define("macd", Forever) with { Stage = 1 });

        Assert.Equal(ExitCode.Failed, await supervisor.RunAsync(CancellationToken.None));

        Assert.Equal("broker failed: TimeoutException: Not ready within START_TIMEOUT of 1s.\n", errors.ToString());
        Assert.False(Has("macd started"));
    }

    [Fact]
    public async Task A_service_that_does_not_stop_in_time_is_named_and_left()
    {
        environment["STOP_TIMEOUT"] = "200ms";
        using var stop = new CancellationTokenSource();
        var deaf = new TaskCompletionSource();
        var supervisor = Of(Define("deaf", (_, _) => deaf.Task), Define("b", Forever));

        var running = supervisor.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => Has("deaf started") && Has("b started"));
        await stop.CancelAsync();

        Assert.Equal(ExitCode.StopOverran, await running);
        Assert.True(supervisor.LeftSomethingRunning);
        Assert.Equal("not stopped within STOP_TIMEOUT of 200ms: deaf\n", errors.ToString());
        Assert.True(Has("b disposed"));
        deaf.SetResult();
    }

    [Theory]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("none")]
    public async Task A_health_port_that_is_none_is_refused(string port)
    {
        environment["HEALTH_PORT"] = port;

        Assert.Equal(ExitCode.BadSettings, await Of(Define("a", Forever)).RunAsync(CancellationToken.None));
        Assert.Equal($"HEALTH_PORT is '{port}'; allowed: a port, 0 for any that is free, or off\n", errors.ToString());
    }

    [Fact]
    public async Task A_taken_health_port_is_a_failure_that_names_it()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Any, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        environment["HEALTH_PORT"] = $"{port}";
        var supervisor = Of(Define("a", Forever));

        Assert.Equal(ExitCode.Failed, await supervisor.RunAsync(CancellationToken.None));
        Assert.StartsWith($"HEALTH_PORT {port} failed: IOException", errors.ToString(), StringComparison.Ordinal);
        Assert.False(Has("a started"));
    }

    [Fact]
    public async Task The_status_pages_tell_of_every_service_until_the_end()
    {
        environment["HEALTH_PORT"] = "0";
        using var stop = new CancellationTokenSource();
        using var http = new HttpClient();
        var (mayBeReady, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var supervisor = Of(Define("a", async (context, token) =>
        {
            await mayBeReady.Task;
            context.Health.Check("kafka").Ready();
            context.Health.Loop("consume", TimeSpan.FromMinutes(1)).Beat();
            context.Metrics.Counter("turns_total", "Turns.").Increment();
            await mayEnd.Task;
        }));

        var running = supervisor.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => Has("a started"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready"), await StatusAsync("/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "alive"), await StatusAsync("/health/live"));
        mayBeReady.SetResult();
        await Eventually.SeeAsync(() => StatusAsync("/health"), seen => seen == (HttpStatusCode.OK, "ready"));
        var metrics = await http.GetStringAsync(new Uri($"http://localhost:{supervisor.StatusPort}/metrics"));
        Assert.Contains("turns_total{service=\"a\"} 1\n", metrics, StringComparison.Ordinal);
        await stop.CancelAsync();
        await Eventually.SeeAsync(() => StatusAsync("/health/ready"), seen => seen == (HttpStatusCode.ServiceUnavailable, "stopping"));
        mayEnd.SetResult();
        Assert.Equal(ExitCode.Clean, await running);

        async Task<(HttpStatusCode Code, string? Status)> StatusAsync(string page)
        {
            using var answer = await http.GetAsync(new Uri($"http://localhost:{supervisor.StatusPort}{page}"));
            using var body = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return (answer.StatusCode, body.RootElement.GetProperty("status").GetString());
        }
    }

    [Fact]
    public void Two_services_of_one_name_are_refused() => Assert.Throws<ArgumentException>(() => Of(Define("a", Forever), Define("a", Forever)));

    private static Task Forever(ServiceContext context, CancellationToken stop) => Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, stop);

    private ServiceDefinition Define(string name, Func<ServiceContext, CancellationToken, Task> work) =>
        new(name, context => new ScriptedService(context, events, work));

    private Supervisor Of(params ServiceDefinition[] definitions) => new(definitions, environment, TimeProvider.System, errors);

    private bool Has(string what)
    {
        lock (events)
            return events.Contains(what);
    }
}
