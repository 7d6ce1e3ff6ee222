using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using StockPipeline.Testing;

namespace StockPipeline.AllInOneTests;

/// <summary>What Prometheus says of one of its alerts.</summary>
internal sealed record RuleState(string Name, string Health, string Error);

/// <summary>Debian's Prometheus with the files of deploy/monitoring, scraping one process in place of the containers, every second.</summary>
internal sealed partial class PrometheusServer : IAsyncDisposable
{
    private const string Folder = "deploy/monitoring";

    /// <summary>Nothing is wrong with a pipeline that has no errors and is not behind.</summary>
    private static readonly string[] MayBeEmpty = ["Errors per minute", "Lag"];

    private readonly ChildProcess process;
    private readonly HttpClient client;

    private PrometheusServer(ChildProcess process, int port)
    {
        this.process = process;
        client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public static async Task<PrometheusServer> StartAsync(string folder, int target)
    {
        var program = await DebianPrometheus.ProvideAsync();
        Directory.CreateDirectory(folder);
        var written = await File.ReadAllTextAsync(RepositoryFolder.PathOf($"{Folder}/prometheus.yml"));
        var config = Names().Replace(written, $"    static_configs: [{{ targets: ['127.0.0.1:{target.ToString(CultureInfo.InvariantCulture)}'] }}]\n")
            .Replace("_interval: 15s", "_interval: 1s", StringComparison.Ordinal)
            .Replace("[alerts.yml]", $"['{RepositoryFolder.PathOf($"{Folder}/alerts.yml")}']", StringComparison.Ordinal);
        Assert.NotEqual(written, config);
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), config);
        var port = FreePorts.Take(1)[0];
        var process = ChildProcess.Start(
            program, [$"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}"],
            new Dictionary<string, string>());
        return new PrometheusServer(process, port);
    }

    /// <summary>The panels of the dashboard that should show something and do not yet, or whose question is not understood.</summary>
    public async Task<string> PanelsWithoutDataAsync()
    {
        var file = await File.ReadAllTextAsync(RepositoryFolder.PathOf($"{Folder}/grafana/dashboards/stockpipeline.json"));
        var missing = new List<string>();
        foreach (var panel in JsonDocument.Parse(file).RootElement.GetProperty("panels").EnumerateArray())
        {
            var title = panel.GetProperty("title").GetString()!;
            foreach (var question in panel.GetProperty("targets").EnumerateArray().Select(one => one.GetProperty("expr").GetString()!))
            {
                if (await CountAsync(question) is var series && (series < 0 || (series == 0 && !MayBeEmpty.Contains(title))))
                    missing.Add($"{title}: {question} ({process.Said})");
            }
        }
        return string.Join("; ", missing);
    }

    public async Task<IReadOnlyList<RuleState>> RulesAsync()
    {
        var answer = JsonDocument.Parse(await client.GetStringAsync("/api/v1/rules")).RootElement;
        return [.. answer.GetProperty("data").GetProperty("groups").EnumerateArray()
            .SelectMany(group => group.GetProperty("rules").EnumerateArray())
            .Select(rule => new RuleState(rule.GetProperty("name").GetString()!, rule.GetProperty("health").GetString()!,
                rule.TryGetProperty("lastError", out var error) ? error.GetString()! : string.Empty))];
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await process.DisposeAsync();
    }

    /// <summary>How many series answer the question; -1 where it is not answered.</summary>
    private async Task<int> CountAsync(string question)
    {
        try
        {
            using var answer = await client.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(question)}");
            return answer.IsSuccessStatusCode
                ? JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("data").GetProperty("result").GetArrayLength()
                : -1;
        }
        catch (HttpRequestException)
        {
            // It has not opened its port yet.
            return -1;
        }
    }

    [GeneratedRegex(@"    dns_sd_configs:\n(?:      .*\n)+")]
    private static partial Regex Names();
}
