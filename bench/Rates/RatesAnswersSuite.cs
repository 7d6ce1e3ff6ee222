using System.Globalization;
using System.Text.RegularExpressions;
using StockPipeline.Bench.Measure;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Rates;

/// <summary>
/// How many answers the rates API gives, beside nginx that serves a file of the same bytes: the same load client on the same cores, in turn; and how
/// long they take at half of the rate that is wanted, told by a client that keeps it. The API's table changes a thousand times a second meanwhile.
/// </summary>
internal sealed partial class RatesAnswersSuite : ISuite
{
    private const string Path = "/api/v1/currency_pair/?currency_pair=coin-042-usd";

    private const int Rounds = 3;

    private const double LeastPerSecond = 80_000;

    private const double HalfPerSecond = LeastPerSecond / 2;

    private const double MostP99Ms = 3;

    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(5);

    public string Name => "rates-answers";

    public async Task RunAsync(Report report)
    {
        await ChildProcess.OutputOfAsync(RepositoryFolder.PathOf("eng/debian-packages.sh"), ["nginx-light", "wrk"], patience: InstallPatience);
        await using var api = PinnedProcess.StartPart(null, AnswersServer.Part);
        var port = int.Parse(await api.HearAsync(), CultureInfo.InvariantCulture);
        using var http = new HttpClient();
        var body = await http.GetByteArrayAsync(new Uri($"http://127.0.0.1:{port}{Path}"));
        using var folder = new TempFolder();
        var nginxPort = FreePorts.Take(1)[0];
        await using var nginx = await StartNginxAsync(folder, nginxPort, body);

        await WrkAsync(port, Path, 64, seconds: 3);
        foreach (var connections in (int[])[64, 1_000])
        {
            var (ours, theirs, failures) = (new List<Load>(), new List<Load>(), 0L);
            for (var round = 0; round < Rounds; round++)
            {
                ours.Add(await WrkAsync(port, Path, connections, seconds: 5));
                theirs.Add(await WrkAsync(nginxPort, "/rate.json", connections, seconds: 5));
                failures += ours[^1].Failures;
            }
            var (api64, nginx64) = (Median(ours), Median(theirs));
            report.Add($"answers, {connections} connections", api64.PerSecond, "1/s", Bar.AtLeast(LeastPerSecond));
            report.Add($"nginx, a file of the same {body.Length} bytes", nginx64.PerSecond, "1/s");
            report.AddRatio("answers over nginx", api64.PerSecond / nginx64.PerSecond, Bar.AtLeast(1));
            report.Add($"p99 under full load, {connections} connections", api64.P99Ms, "ms");
            report.Add($"failures, {connections} connections", failures, "", Bar.AtMost(0));
            await HalfAsync(report, port, nginxPort, connections);
        }
        report.Add("resident with 500 pairs", api.Resident / 1024.0 / 1024.0, "MB", Bar.AtMost(150));
    }

    private static async Task HalfAsync(Report report, int port, int nginxPort, int connections)
    {
        var ours = await PacedAsync(port, Path, connections);
        var theirs = await PacedAsync(nginxPort, "/rate.json", connections);
        report.Add($"at half the rate, {connections} connections: answers", ours.PerSecond, "1/s", Bar.AtLeast(0.99 * HalfPerSecond));
        report.Add($"at half the rate, {connections} connections: p50", ours.P50, "ms");
        report.Add($"at half the rate, {connections} connections: p99", ours.P99, "ms", Bar.AtMost(MostP99Ms));
        report.Add($"at half the rate, {connections} connections: failures", ours.Failures, "", Bar.AtMost(0));
        report.Add("nginx at that rate: p99", theirs.P99, "ms");
    }

    private static async Task<PacedLoad> PacedAsync(int port, string path, int connections)
    {
        await using var client = PinnedProcess.StartPart(
            null, PacedClient.Part, port.ToString(CultureInfo.InvariantCulture), path, connections.ToString(CultureInfo.InvariantCulture));
        await client.HearAsync();
        // The first seconds are those of a client whose code is not compiled yet.
        await client.AskAsync($"{HalfPerSecond:0} 3", PacedJson.Default.PacedLoad);
        return await client.AskAsync($"{HalfPerSecond:0} 6", PacedJson.Default.PacedLoad);
    }

    private static async Task<ChildProcess> StartNginxAsync(TempFolder folder, int port, byte[] body)
    {
        await File.WriteAllBytesAsync(folder.File("rate.json"), body);
        await ChildProcess.OutputOfAsync("chmod", ["755", folder.Path]);
        await File.WriteAllTextAsync(folder.File("nginx.conf"), string.Create(CultureInfo.InvariantCulture,
            $$"""
            daemon off; worker_processes 2; pid {{folder.File("pid")}}; error_log /dev/null crit;
            events { worker_connections 4096; }
            http {
              access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=16; default_type application/json;
              client_body_temp_path {{folder.Path}}; proxy_temp_path {{folder.Path}}; fastcgi_temp_path {{folder.Path}};
              uwsgi_temp_path {{folder.Path}}; scgi_temp_path {{folder.Path}};
              server { listen 127.0.0.1:{{port}} backlog=4096; root {{folder.Path}}; }
            }
            """));
        var nginx = ChildProcess.Start("/usr/sbin/nginx", ["-c", folder.File("nginx.conf"), "-p", folder.Path]);
        using var http = new HttpClient();
        await Eventually.SeeAsync(
            async () =>
            {
                try
                {
                    return (int)(await http.GetAsync(new Uri($"http://127.0.0.1:{port}/rate.json"))).StatusCode;
                }
                catch (HttpRequestException)
                {
                    nginx.ThrowIfEnded("nginx");
                    return 0;
                }
            },
            status => status == 200);
        return nginx;
    }

    private static async Task<Load> WrkAsync(int port, string path, int connections, int seconds)
    {
        var said = await ChildProcess.OutputOfAsync("wrk",
            ["-t2", $"-c{connections}", $"-d{seconds}s", "--latency", $"http://127.0.0.1:{port}{path}"]);
        var failures = Failed().Matches(said).Sum(match => long.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));
        return new Load(
            double.Parse(Rate().Match(said).Groups["rate"].Value, CultureInfo.InvariantCulture), Milliseconds(P99().Match(said)), failures);
    }

    private static double Milliseconds(Match match) => double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)
        * match.Groups["unit"].Value switch { "us" => 0.001, "ms" => 1, "s" => 1_000, _ => throw new FormatException(match.Value) };

    private static Load Median(List<Load> loads) => loads.OrderBy(load => load.PerSecond).ElementAt(loads.Count / 2);

    private sealed record Load(double PerSecond, double P99Ms, long Failures);

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"99%\s+(?<value>[\d.]+)(?<unit>us|ms|s)")]
    private static partial Regex P99();

    [GeneratedRegex(@"(?:Non-2xx or 3xx responses:|connect|read|write|timeout) (?<count>\d+)")]
    private static partial Regex Failed();
}
