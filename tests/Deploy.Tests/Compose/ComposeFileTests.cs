using System.Text.RegularExpressions;
using StockPipeline.Contracts.Time;
using StockPipeline.Testing;

namespace StockPipeline.DeployTests.Compose;

/// <summary>docker-compose.yml, as Compose reads it with the settings of the template.</summary>
public sealed partial class ComposeFileTests
{
    private const string File = "docker-compose.yml";

    /// <summary>What only the program that runs everything in one process reads, and what the file itself tells a service.</summary>
    private static readonly string[] NotForContainers =
    [
        "DATABASE_URL", "DATA_FOLDER", "RUN_SHOW", "WEBSOCKETS", "START_TIMEOUT", "HEALTH_PORT", "INTERVAL", "TOPIC", "FIGI", "TICKER", "PORT",
        "WEBSOCKET_ADDRESS", "GATEWAY_ADDRESS", "GATEWAY_PORT",
        "KAFKA_DATA", "KAFKA_LISTEN", "KAFKA_ADVERTISED", "KAFKA_FLUSH", "KAFKA_AUTO_CREATE_TOPICS", "SCHEMA_REGISTRY_PORT",
        "SCHEMA_REGISTRY_LISTEN", "HEALTH_ADDRESS",
        "RATES_API_ADDRESS", "RATES_API_PORT", "SIMULATOR_BINANCE_PORT", "SIMULATOR_COINGECKO_PORT", "SIMULATOR_KRAKEN_PORT",
        "SIMULATOR_POLYGON", "SIMULATOR_POLYGON_PORT", "SIMULATOR_POLYGON_PLAN",
        "SIMULATOR_TELEGRAM_PORT",
        "SIMULATOR_HOST", "SIMULATOR_ADDRESS", "SIMULATOR_PORT", "SIMULATOR_CONTROL_PORT", "SIMULATOR_ANCHOR", "SIMULATOR_CERTIFICATE",
        "CATALOG", "CATALOG_PARTNER", "CATALOG_DATABASE", "CATALOG_ADDRESS", "CATALOG_PORT", "CATALOG_REHEARSE_SHOW", "SIMULATOR_PARTNERS_PORT",
        "SIMULATOR_PARTNERS_CONTROL_PORT", "SIMULATOR_CERTIFICATE_KEY", "SIMULATOR_TOKENS", "SIMULATOR_REPLAY", "RECORD_FOLDER", "RECORD_TICKERS",
        "RECORD_DAYS", "OTEL_SERVICE_NAME",
    ];

    [Fact]
    public async Task Every_service_is_there_under_the_name_that_users_know()
    {
        var services = await ReadAsync(("COMPOSE_PROFILES", "simulator,catalog,ui,monitoring,telegram"));

        Assert.Equal(
            [
                .. Interval.All.SelectMany(interval => new[]
                    { $"candle-{interval}", $"gaps-{interval}", $"indicator-macd-{interval}", $"indicators-{interval}" })
                    .Concat(["alerts", "catalog", "catalog-collector-country-link", "catalog-collector-net-video", "catalog-merger", "config",
                        "gateway", "grafana", "history", "kafka", "kafka-init-topics", "kafka-ui", "lack", "partners", "polygon", "postgres",
                        "prometheus",
                        "rates", "rates-api", "scheduler", "schema-registry", "simulator", "tasks", "telegram", "websocket-macd-1-min-SBER",
                        "websocket-macd-1-min-YDEX"])
                    .Order(StringComparer.Ordinal),
            ],
            services.Select(service => service.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_interval_has_services_that_work_on_it()
    {
        var services = await ReadAsync();

        foreach (var interval in Interval.All)
        {
            Assert.Equal(
                [("candles", interval.Name), ("gaps", interval.Name), ("indicators", interval.Name), ("macd", interval.Name)],
                services.Where(service => service.Name.EndsWith($"-{interval}", StringComparison.Ordinal))
                    .Select(service => (service.Built!, service.Environment["INTERVAL"])).Order());
        }
    }

    [Fact]
    public async Task Every_service_is_limited_watched_and_started_again()
    {
        Assert.All(await ReadAsync(), service =>
        {
            Assert.Equal(service.Name == "kafka-init-topics" ? "no" : "unless-stopped", service.Text("restart"));
            Assert.True(service.Has("mem_limit"), $"{service.Name} may take all memory");
            Assert.Contains("max-size", service.Text("logging"), StringComparison.Ordinal);
            // The image of our own services brings the check with it.
            Assert.True(service.RunsOnce || service.IsOurs || service.Has("healthcheck"), $"nobody knows how {service.Name} is");
        });
    }

    [Fact]
    public async Task Our_own_services_have_no_rights_they_do_not_need()
    {
        Assert.All((await ReadAsync()).Where(service => service.IsOurs), service =>
        {
            Assert.Equal("true", service.Text("read_only").ToLowerInvariant());
            Assert.Equal("""["ALL"]""", service.Text("cap_drop"));
            Assert.False(service.Has("user") || service.Has("privileged"));
        });
    }

    [Fact]
    public async Task Every_image_of_ours_is_built_from_a_service_of_the_repository()
    {
        Assert.All((await ReadAsync()).Where(service => service.IsOurs), service =>
        {
            Assert.Equal($"stockpipeline/{service.Built}:latest", service.Image);
            Assert.NotEmpty(Directory.GetFiles(RepositoryFolder.PathOf($"images/{service.Built}"), "*.csproj"));
        });
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    public async Task Ports_open_on_the_address_that_is_set_and_are_those_promised(string address)
    {
        var services = await ReadAsync(("BIND_ADDRESS", address), ("COMPOSE_PROFILES", "simulator,catalog,ui,monitoring"));

        Assert.Equal(
            [
                ("catalog", $"{address}:8020:8020/tcp"),
                ("gateway", $"{address}:8080:8000/tcp"), ("grafana", $"{address}:3000:3000/tcp"),
                ("kafka", $"{address}:9092:9094/tcp"), ("kafka-ui", $"{address}:8085:8080/tcp"),
                ("prometheus", $"{address}:9090:9090/tcp"), ("rates-api", $"{address}:8010:8010/tcp"),
                ("schema-registry", $"{address}:8081:8081/tcp"),
                ("websocket-macd-1-min-SBER", $"{address}:8001:8001/tcp"), ("websocket-macd-1-min-YDEX", $"{address}:8002:8002/tcp"),
            ],
            services.SelectMany(service => service.Ports.Select(port => (service.Name, port))).Order());
    }

    [Fact]
    public async Task Services_start_when_what_they_need_is_healthy_and_the_topics_are_there()
    {
        var services = await ReadAsync();

        Assert.All(services.Where(service => service.IsOurs && service.Name is not ("simulator" or "partners" or "schema-registry")), service =>
        {
            Assert.Equal("service_completed_successfully", service.WaitsFor["kafka-init-topics"]);
            Assert.Equal("service_healthy", service.WaitsFor["schema-registry"]);
        });
        Assert.Equal("service_healthy", services.Single(service => service.Name == "history").WaitsFor["postgres"]);
        Assert.Equal("service_healthy", services.Single(service => service.Name == "kafka-init-topics").WaitsFor["kafka"]);
        Assert.DoesNotContain(services.SelectMany(service => service.WaitsFor.Values), condition => condition == "service_started");
    }

    [Fact]
    public async Task The_token_reaches_those_who_talk_to_the_exchange_and_nobody_else()
    {
        const string token = "t.secret";

        var services = await ReadAsync(("TOKEN", token));

        var told = services.Where(service => service.Element.ToString().Contains(token, StringComparison.Ordinal)).ToList();
        Assert.Equal(["candles", "config", "gaps", "history", "lack", "tasks"], told.Select(service => service.Built!).Distinct().Order());
        Assert.All(told, service => Assert.Equal(token, service.Environment["TOKEN"]));
    }

    [Fact]
    public async Task Every_setting_of_the_template_reaches_a_container_or_has_no_place_there()
    {
        var file = await System.IO.File.ReadAllTextAsync(RepositoryFolder.PathOf(File));
        var template = await System.IO.File.ReadAllTextAsync(RepositoryFolder.PathOf(".env.template"));
        var settings = Setting().Matches(template).Select(match => match.Groups["name"].Value).ToList();

        var passed = Interpolation().Matches(file).Select(match => match.Groups["name"].Value).ToHashSet();

        Assert.Empty(settings.Where(name => !name.StartsWith("COMPOSE_", StringComparison.Ordinal)).Except(passed).Except(NotForContainers));
        Assert.Empty(NotForContainers.Except(settings));
        Assert.Empty(NotForContainers.Intersect(passed));
    }

    [Fact]
    public async Task Without_the_profile_there_is_no_simulator()
    {
        var project = ComposeService.Of(await ComposeModel.ReadAsync([File]));

        Assert.Equal("""["simulator"]""", project.Single(service => service.Name == "simulator").Text("profiles"));
        Assert.Equal(5, project.Count(service => service.Text("profiles") == """["catalog"]"""));
        Assert.Equal(2, project.Count(service => service.Text("profiles") == """["monitoring"]"""));
        Assert.Equal("""["ui"]""", project.Single(service => service.Name == "kafka-ui").Text("profiles"));
    }

    [Fact]
    public async Task Images_hold_no_settings_and_run_as_nobody_special()
    {
        var ignored = await System.IO.File.ReadAllLinesAsync(RepositoryFolder.PathOf(".dockerignore"));
        var docker = await System.IO.File.ReadAllTextAsync(RepositoryFolder.PathOf("images/Dockerfile"));

        // Everything is left out but what is named, and no settings are named.
        Assert.Contains("*", ignored);
        Assert.Equal(
            ["!Directory.*", "!clients", "!global.json", "!images", "!src"],
            ignored.Where(line => line.StartsWith('!')).Order(StringComparer.Ordinal));
        Assert.Matches(@"(?m)^USER [1-9]\d*:[1-9]\d*$", docker);
        Assert.Matches("(?m)^HEALTHCHECK ", docker);
        Assert.DoesNotMatch("(?m)^(ARG|ENV) .*(TOKEN|PASSWORD|SECRET)", docker);
    }

    private static async Task<IReadOnlyList<ComposeService>> ReadAsync(params (string Name, string Value)[] settings) =>
        ComposeService.Of(await ComposeModel.ReadAsync([File], settings));

    [GeneratedRegex("^(?<name>[A-Z][A-Z0-9_]*)=", RegexOptions.Multiline)]
    private static partial Regex Setting();

    [GeneratedRegex(@"\$\{(?<name>[A-Z][A-Z0-9_]*)")]
    private static partial Regex Interpolation();
}
