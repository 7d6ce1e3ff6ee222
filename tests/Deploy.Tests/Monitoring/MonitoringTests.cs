using System.Text.Json;
using System.Text.RegularExpressions;
using StockPipeline.DeployTests.Compose;
using StockPipeline.Testing;

namespace StockPipeline.DeployTests.Monitoring;

/// <summary>deploy/monitoring: what Prometheus is told, checked by its own tools; AllInOne.Tests runs it against services that run.</summary>
public sealed partial class MonitoringTests
{
    private const string Folder = "deploy/monitoring";

    [Fact]
    public async Task Prometheus_accepts_its_configuration_and_each_alert_speaks_when_it_should_and_not_otherwise()
    {
        await DebianPrometheus.ProvideAsync();

        var said = string.Join('\n',
            await AskAsync("check", "config", "prometheus.yml"), await AskAsync("check", "rules", "alerts.yml"),
            await AskAsync("test", "rules", "alerts.test.yml"));

        Assert.DoesNotContain("FAILED", said, StringComparison.Ordinal);
        Assert.Contains("alerts.test.yml", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_alert_has_a_case_in_which_it_speaks()
    {
        var alerts = Alert().Matches(await ReadAsync("alerts.yml")).Select(match => match.Groups["name"].Value).ToList();
        var cases = await ReadAsync("alerts.test.yml");

        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert => Assert.Matches($@"alertname: {alert}\n\s+exp_alerts:\n", cases));
    }

    [Fact]
    public async Task Every_container_of_ours_is_scraped_under_its_name_in_the_compose_file()
    {
        var services = ComposeService.Of(await ComposeModel.ReadAsync(
            ["docker-compose.yml"], ("COMPOSE_PROFILES", "simulator,catalog,telegram,ui,monitoring")));

        var scraped = (await ComposeModel.YamlAsync(await ReadAsync("prometheus.yml")))[0].GetProperty("scrape_configs")[0]
            .GetProperty("dns_sd_configs")[0].GetProperty("names").EnumerateArray().Select(name => name.GetString()!);

        Assert.Equal(
            services.Where(service => service.IsOurs).Select(service => service.Name).Order(StringComparer.Ordinal),
            scraped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Alerts_and_dashboard_ask_for_metrics_that_there_are()
    {
        var guide = await File.ReadAllTextAsync(RepositoryFolder.PathOf("docs/operations.md"));
        var asked = Metric().Matches(await ReadAsync("alerts.yml") + await ReadAsync("grafana/dashboards/stockpipeline.json"))
            .Select(match => match.Value).Distinct().ToList();

        Assert.InRange(asked.Count, 15, 40);
        Assert.All(asked, metric => Assert.Contains($"`{metric}`", guide, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_dashboard_draws_from_the_source_that_is_set_up_beside_it()
    {
        var dashboard = JsonDocument.Parse(await ReadAsync("grafana/dashboards/stockpipeline.json")).RootElement;
        var source = (await ComposeModel.YamlAsync(await ReadAsync("grafana/provisioning/datasources/prometheus.yml")))[0]
            .GetProperty("datasources")[0].GetProperty("uid").GetString();

        var panels = dashboard.GetProperty("panels").EnumerateArray().ToList();

        Assert.InRange(panels.Count, 7, 20);
        Assert.All(panels, panel => Assert.Equal(source, panel.GetProperty("datasource").GetProperty("uid").GetString()));
    }

    private static Task<string> AskAsync(params string[] question) =>
        ChildProcess.OutputOfAsync("bash", ["-c", "cd \"$1\" && shift && exec promtool \"$@\"", "-", RepositoryFolder.PathOf(Folder), .. question]);

    private static Task<string> ReadAsync(string file) => File.ReadAllTextAsync(RepositoryFolder.PathOf($"{Folder}/{file}"));

    [GeneratedRegex(@"- alert: (?<name>\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"\b(?:stockpipeline|process|dotnet)_[a-z_]+\b")]
    private static partial Regex Metric();
}
