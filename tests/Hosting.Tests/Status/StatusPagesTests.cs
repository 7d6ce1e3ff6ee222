using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using StockPipeline.Hosting;
using StockPipeline.Testing;

namespace StockPipeline.HostingTests.Status;

/// <summary>What somebody who looks at a running process from outside sees of it.</summary>
public sealed class StatusPagesTests
{
    [Fact]
    public async Task The_page_of_health_tells_of_every_service()
    {
        await using var sample = Start();
        using var http = new HttpClient { BaseAddress = await AddressAsync(sample) };

        using var page = JsonDocument.Parse(await http.GetStringAsync("/health"));

        Assert.Equal("ready", page.RootElement.GetProperty("status").GetString());
        var service = Assert.Single(page.RootElement.GetProperty("services").EnumerateArray());
        Assert.Equal("sample", service.GetProperty("service").GetString());
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task The_page_of_metrics_has_the_names_and_labels_that_dashboards_know()
    {
        await using var sample = Start();
        using var http = new HttpClient { BaseAddress = await AddressAsync(sample) };

        var lines = (await http.GetStringAsync("/metrics")).Split('\n');

        Assert.Contains("# TYPE sample_turns_total counter", lines);
        Assert.Contains("""sample_turns_total{service="sample"} 1""", lines.Select(WithoutTime));
        string[] names = ["process_start_time_seconds", "process_resident_memory_bytes", "process_cpu_seconds_total", "dotnet_heap_bytes",
            "dotnet_gc_pause_seconds_total"];
        Assert.All(names, name => Assert.Contains(lines, line => line.StartsWith(name, StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.Contains("otel_scope", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_listens_beyond_this_machine_unless_it_is_told_to()
    {
        await using var sample = Start();
        var port = (await AddressAsync(sample)).Port;

        var listener = Assert.Single(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(), one => one.Port == port);

        Assert.True(IPAddress.IsLoopback(listener.Address), $"{listener} is open to others");
    }

    [Fact]
    public async Task A_taken_health_port_is_a_failure_that_names_it()
    {
        await using var first = Start();
        var port = (await AddressAsync(first)).Port;

        await using var second = Start(("HEALTH_PORT", $"{port}"));

        Assert.Equal(ExitCode.Failed, await second.ExitAsync());
        Assert.Contains(second.Errors, line => line.Contains($"HEALTH_PORT {port}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("none")]
    public async Task A_health_port_that_is_none_is_refused(string port)
    {
        await using var sample = Start(("HEALTH_PORT", port));

        Assert.Equal(ExitCode.BadSettings, await sample.ExitAsync());
        Assert.Equal([$"HEALTH_PORT is '{port}'; allowed: a port, 0 for any that is free, or off"], sample.Errors);
    }

    private static string WithoutTime(string line) => line.Split(' ') is [var name, var value, ..] ? $"{name} {value}" : line;

    private static async Task<Uri> AddressAsync(ChildProcess sample)
    {
        await sample.SaysAsync("working");
        var said = sample.Output.First(line => line.Contains("health and metrics on port", StringComparison.Ordinal));
        return new Uri($"http://127.0.0.1:{said[(said.LastIndexOf(' ') + 1)..]}/");
    }

    private static ChildProcess Start(params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string> { ["HEALTH_PORT"] = "0", ["BEHAVIOUR"] = "work" };
        foreach (var (name, value) in more)
            environment[name] = value;
        return ChildProcess.StartDotnet("StockPipeline.HostedProcess.dll", [], environment);
    }
}
