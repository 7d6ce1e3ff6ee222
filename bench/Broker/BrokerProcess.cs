using System.Diagnostics;
using System.Text.RegularExpressions;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>images/broker as users run it: a process of its own, with its own runtime settings and all its defaults.</summary>
internal sealed partial class BrokerProcess : IKafkaBroker
{
    private readonly ChildProcess process;
    private readonly TempFolder? folder;

    private BrokerProcess(ChildProcess process, TempFolder? folder, string bootstrapServers, TimeSpan startTime)
    {
        this.process = process;
        this.folder = folder;
        BootstrapServers = bootstrapServers;
        StartTime = startTime;
    }

    public string BootstrapServers { get; }

    /// <summary>From the start of the process until clients can work.</summary>
    public TimeSpan StartTime { get; }

    public double ResidentMegabytes => See(seen => seen.WorkingSet64) / 1e6;

    public TimeSpan ProcessorTime => See(seen => seen.TotalProcessorTime);

    /// <summary>Starts on a data folder that outlives it, or with none on one of its own.</summary>
    public static async Task<BrokerProcess> StartAsync(string? data = null)
    {
        var folder = data is null ? new TempFolder() : null;
        var started = TimeProvider.System.GetTimestamp();
        var process = ChildProcess.StartDotnet("StockPipeline.BrokerServer.dll", [], new Dictionary<string, string>
        {
            ["KAFKA_LISTEN"] = "127.0.0.1:0", ["KAFKA_DATA"] = data ?? folder!.File("data"), ["HEALTH_PORT"] = "0",
        });
        var line = await process.SaysAsync("Serving Kafka on");
        return new BrokerProcess(process, folder, Address().Match(line).Value, TimeProvider.System.GetElapsedTime(started));
    }

    public async Task EndAsync(int signal)
    {
        process.Signal(signal);
        await process.ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await EndAsync(ChildProcess.Terminate);
        await process.DisposeAsync();
        folder?.Dispose();
    }

    private T See<T>(Func<Process, T> look)
    {
        using var seen = Process.GetProcessById(process.Id);
        return look(seen);
    }

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
