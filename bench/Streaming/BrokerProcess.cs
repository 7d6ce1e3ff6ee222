using System.Diagnostics;
using StockPipeline.Broker;

namespace StockPipeline.Bench.Streaming;

/// <summary>Our broker in a process of its own, as clients have it outside of benches: this program, started again.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    /// <summary>The only argument of such a process.</summary>
    public const string Argument = "--broker";

    private readonly Process process;

    private BrokerProcess(Process process, string bootstrapServers)
    {
        this.process = process;
        BootstrapServers = bootstrapServers;
    }

    public string BootstrapServers { get; }

    public static async Task<BrokerProcess> StartAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(BrokerProcess).Assembly.Location);
        start.ArgumentList.Add(Argument);
        var process = Process.Start(start)!;
        var address = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The broker ended while it started.");
        return new BrokerProcess(process, address);
    }

    /// <summary>What the process does: it serves until its input ends, so it cannot outlive the bench.</summary>
    public static async Task<int> ServeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("stockpipeline-bench-");
        try
        {
            await using var broker = await EmbeddedBroker.StartAsync(new BrokerOptions { DataFolder = folder.FullName });
            await Console.Out.WriteLineAsync(broker.BootstrapServers);
            await Console.In.ReadToEndAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
