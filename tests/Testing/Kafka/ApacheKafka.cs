using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace StockPipeline.Testing.Kafka;

/// <summary>A node of Apache Kafka, started from the folder that KAFKA_HOME names.</summary>
public sealed class ApacheKafka : IKafkaBroker
{
    public const string HomeVariable = "KAFKA_HOME";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);

    private readonly TempFolder folder;
    private readonly Process process;

    private ApacheKafka(TempFolder folder, Process process, int port)
    {
        this.folder = folder;
        this.process = process;
        BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    public static string? Home => Environment.GetEnvironmentVariable(HomeVariable);

    public string BootstrapServers { get; }

    public static async Task<ApacheKafka> StartAsync()
    {
        var home = Home ?? throw new InvalidOperationException($"{HomeVariable} is not set.");
        var folder = new TempFolder();
        var (port, controller) = FreePorts();
        var start = new ProcessStartInfo(Path.Combine(home, "bin", "start-single-node.sh"))
        {
            RedirectStandardOutput = true,
            ArgumentList = { Text(port), folder.File("data"), "group.min.session.timeout.ms=500" },
            Environment = { ["KAFKA_CONTROLLER_PORT"] = Text(controller), ["KAFKA_HEAP_OPTS"] = "-Xmx512m" },
        };
        var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(StartPatience, TimeProvider.System);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("ready", StringComparison.Ordinal))
                return new ApacheKafka(folder, process, port);
        }
        throw new InvalidOperationException("Apache Kafka ended while it started.");
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Dispose();
    }

    private static (int First, int Second) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
