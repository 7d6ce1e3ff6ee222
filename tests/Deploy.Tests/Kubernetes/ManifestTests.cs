using System.Text.Json;
using StockPipeline.Contracts.Time;
using StockPipeline.DeployTests.Compose;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.DeployTests.Kubernetes;

/// <summary>The manifests as kubectl puts them together, where the machine has it.</summary>
public sealed class ManifestTests(ITestOutputHelper output)
{
    private static readonly string[] Alone =
        [
            "alerts", "catalog", "catalog-collector-country-link", "catalog-collector-net-video", "catalog-merger", "config",
            "gateway", "history", "lack", "partners", "polygon", "rates", "rates-api", "scheduler", "schema-registry", "tasks", "telegram",
            "websocket-macd-1-min-sber",
            "websocket-macd-1-min-ydex",
        ];

    [Fact]
    public async Task Every_service_is_deployed_once_with_probes_limits_and_no_rights()
    {
        if (await RenderAsync() is not { } manifests)
            return;

        var deployments = manifests.Where(one => Kind(one) == "Deployment").ToList();

        Assert.Equal(
            Interval.All.SelectMany(interval => new[]
                    { $"candle-{interval}", $"gaps-{interval}", $"indicator-macd-{interval}", $"indicators-{interval}" })
                .Concat(Alone).Order(StringComparer.Ordinal),
            deployments.Select(Name).Order(StringComparer.Ordinal));
        Assert.All(deployments, deployment =>
        {
            var template = deployment.GetProperty("spec").GetProperty("template");
            var pod = template.GetProperty("spec");
            var container = Assert.Single(pod.GetProperty("containers").EnumerateArray());
            Assert.True(container.GetProperty("securityContext").GetProperty("readOnlyRootFilesystem").GetBoolean());
            Assert.True(pod.GetProperty("securityContext").GetProperty("runAsNonRoot").GetBoolean());
            // Variables made up by the cluster, such as KAFKA_PORT, must not be taken for settings.
            Assert.False(pod.GetProperty("enableServiceLinks").GetBoolean());
            Assert.Equal("/health/ready", Probe(container, "readinessProbe"));
            Assert.Equal("/health/live", Probe(container, "livenessProbe"));
            Assert.True(container.GetProperty("resources").GetProperty("limits").TryGetProperty("memory", out _));
            Assert.Equal(
                deployment.GetProperty("spec").GetProperty("selector").GetProperty("matchLabels").GetProperty("app").GetString(),
                template.GetProperty("metadata").GetProperty("labels").GetProperty("app").GetString());
            var service = container.GetProperty("image").GetString()!.Split('/')[1].Split(':')[0];
            Assert.True(Directory.Exists(RepositoryFolder.PathOf($"images/{service}")), $"{service} is no service of ours");
        });
    }

    [Fact]
    public async Task The_token_reaches_those_who_talk_to_the_exchange_and_nobody_else()
    {
        if (await RenderAsync() is not { } manifests)
            return;

        var told = manifests.Where(one => Kind(one) == "Deployment" && one.ToString().Contains("\"TOKEN\"", StringComparison.Ordinal)).Select(Name);

        Assert.Equal(
            Interval.All.SelectMany(interval => new[] { $"candle-{interval}", $"gaps-{interval}" })
                .Concat(["config", "history", "lack", "tasks"]).Order(StringComparer.Ordinal),
            told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_partner_has_one_collector_and_an_address_that_a_service_of_the_manifests_answers()
    {
        if (await RenderAsync() is not { } manifests)
            return;

        var collectors = manifests.Where(one => Kind(one) == "Deployment" && Name(one).StartsWith("catalog-collector-", StringComparison.Ordinal));
        var settings = manifests.Single(one => Kind(one) == "ConfigMap" && Name(one).StartsWith("settings", StringComparison.Ordinal))
            .GetProperty("data");

        Assert.Equal(
            new (string?, int, string)[] { ("country-link", 1, "COUNTRY_LINK_SERVICE_URL"), ("net-video", 1, "NET_VIDEO_SERVICE_URL") },
            collectors.Select(collector =>
            {
                var spec = collector.GetProperty("spec");
                var partner = spec.GetProperty("template").GetProperty("spec").GetProperty("containers")[0].GetProperty("env").EnumerateArray()
                    .Single(variable => variable.GetProperty("name").GetString() == "CATALOG_PARTNER").GetProperty("value").GetString()!;
                return ((string?)partner, spec.GetProperty("replicas").GetInt32(), $"{partner.ToUpperInvariant().Replace('-', '_')}_SERVICE_URL");
            }).Order());
        foreach (var variable in new[] { "NET_VIDEO_SERVICE_URL", "COUNTRY_LINK_SERVICE_URL" })
        {
            var address = new Uri(settings.GetProperty(variable).GetString()!);
            var service = manifests.Single(one => Kind(one) == "Service" && Name(one) == address.Host).GetProperty("spec");
            Assert.Equal(address.Port, Assert.Single(service.GetProperty("ports").EnumerateArray()).GetProperty("port").GetInt32());
            var app = service.GetProperty("selector").GetProperty("app").GetString();
            Assert.Contains(manifests, one => Kind(one) == "Deployment" && Name(one) == app);
        }
    }

    private async Task<IReadOnlyList<JsonElement>?> RenderAsync()
    {
        if (InstalledPrograms.Find("kubectl") is null)
        {
            output.WriteLine("kubectl is not installed: the manifests are not put together here");
            return null;
        }
        var yaml = await ChildProcess.OutputOfAsync(
            "kubectl", ["kustomize", "--load-restrictor", "LoadRestrictionsNone", RepositoryFolder.PathOf("deploy/kubernetes")]);
        return await ComposeModel.YamlAsync(yaml);
    }

    private static string Kind(JsonElement manifest) => manifest.GetProperty("kind").GetString()!;

    private static string Name(JsonElement manifest) => manifest.GetProperty("metadata").GetProperty("name").GetString()!;

    private static string? Probe(JsonElement container, string probe) =>
        container.GetProperty(probe).GetProperty("httpGet").GetProperty("path").GetString();
}
