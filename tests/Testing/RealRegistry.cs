using System.Globalization;

namespace StockPipeline.Testing;

/// <summary>A schema registry that is not ours, from the folder SCHEMA_REGISTRY_HOME names; started when first asked for.</summary>
public sealed class RealRegistry : IAsyncDisposable
{
    public const string Variable = "SCHEMA_REGISTRY_HOME";

    private const int Attempts = 3;

    /// <summary>What it says before it ends where its port is taken.</summary>
    private const string TakenPort = "seems to be in use by another process";

    /// <summary>A Java program on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>As Apache Kafka is started for a test.</summary>
    private static readonly Dictionary<string, string> CompiledOnce = new() { ["JAVA_TOOL_OPTIONS"] = "-XX:TieredStopAtLevel=1" };

    private readonly SemaphoreSlim gate = new(1, 1);
    private ChildProcess? process;
    private Task<Uri>? started;

    /// <summary>Null, said aloud, where the variable is not set.</summary>
    public async Task<Uri?> StartAsync(Action<string> say)
    {
        if (ForeignSoftware.Find(Variable, say) is not { } home)
            return null;
        await gate.WaitAsync();
        try
        {
            started ??= StartAsync(home);
        }
        finally
        {
            gate.Release();
        }
        return await started;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        gate.Dispose();
    }

    private async Task<Uri> StartAsync(string home)
    {
        // Between finding a port free and taking it somebody else may take it.
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePorts.Take(1)[0].ToString(CultureInfo.InvariantCulture);
            process = ChildProcess.Start(Path.Combine(home, "bin", "start.sh"), [port], CompiledOnce);
            try
            {
                await process.SaysAsync("ready on", Patience);
                return new Uri($"http://127.0.0.1:{port}/apis/ccompat/v7/");
            }
            catch (InvalidOperationException ended) when (attempt < Attempts && ended.Message.Contains(TakenPort, StringComparison.Ordinal))
            {
                await process.DisposeAsync();
            }
        }
    }
}
