using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StockPipeline.Testing;

namespace StockPipeline.SchemaRegistryTests.Rest;

/// <summary>A registry that is not ours, from the folder SCHEMA_REGISTRY_HOME names; started when first asked for.</summary>
public sealed class RealRegistry : IAsyncLifetime
{
    public const string Variable = "SCHEMA_REGISTRY_HOME";

    private readonly SemaphoreSlim gate = new(1, 1);
    private ChildProcess? process;
    private Uri? url;

    /// <summary>Null, said aloud, where the variable is not set.</summary>
    public async Task<Uri?> StartAsync(Action<string> say)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } home)
        {
            say($"{Variable} is not set: nothing is checked against a registry that is not ours");
            return null;
        }
        await gate.WaitAsync();
        try
        {
            if (url is null)
            {
                var port = FreePort().ToString(CultureInfo.InvariantCulture);
                process = ChildProcess.Start(Path.Combine(home, "bin", "start.sh"), [port]);
                await process.SaysAsync("ready on");
                url = new Uri($"http://127.0.0.1:{port}/apis/ccompat/v7/");
            }
            return url;
        }
        finally
        {
            gate.Release();
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        gate.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
