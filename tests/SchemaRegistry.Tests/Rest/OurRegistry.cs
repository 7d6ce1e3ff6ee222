using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.SchemaRegistryServer;

namespace StockPipeline.SchemaRegistryTests.Rest;

/// <summary>Our registry over a log in memory, for a class of tests.</summary>
public sealed class OurRegistry : IAsyncLifetime
{
    internal MemorySchemaLog Log { get; } = new();

    public RegistryServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await StartAsync(Log, new RegistryServerOptions());

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();

    internal static Task<RegistryServer> StartAsync(MemorySchemaLog log, RegistryServerOptions options) =>
        RegistryServer.StartAsync(log, options with { Port = 0, Address = IPAddress.Loopback }, NullLoggerFactory.Instance, default);
}
