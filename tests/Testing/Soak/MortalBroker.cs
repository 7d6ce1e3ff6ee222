using System.Globalization;

namespace StockPipeline.Testing.Soak;

/// <summary>The broker as a process of its own, which is killed and comes back on the same port with what it left on disk.</summary>
internal sealed class MortalBroker(TempFolder folder) : IAsyncDisposable
{
    private const string Program = "StockPipeline.BrokerServer.dll";
    private const string Serving = "Serving Kafka on ";

    private ChildProcess? process;

    public string BootstrapServers { get; } = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePorts.Take(1)[0]}");

    public TimeSpan SlowestStart { get; private set; }

    public async Task StartAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        process = ChildProcess.StartDotnet(Program, [], new Dictionary<string, string>
        {
            ["KAFKA_DATA"] = folder.File("broker"), ["KAFKA_LISTEN"] = BootstrapServers, ["HEALTH_PORT"] = "0",
        });
        await process.SaysAsync(Serving + BootstrapServers);
        var took = TimeProvider.System.GetElapsedTime(started);
        SlowestStart = took > SlowestStart ? took : SlowestStart;
    }

    public async Task DieAsync()
    {
        process!.Signal(ChildProcess.Kill);
        await process.ExitAsync();
        await process.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
    }
}
