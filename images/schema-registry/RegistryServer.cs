using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using StockPipeline.Contracts.Connections;
using StockPipeline.SchemaRegistryServer.Catalog;
using StockPipeline.SchemaRegistryServer.Rest;
using StockPipeline.SchemaRegistryServer.Storage;
using StockPipeline.Streaming.Metrics;

namespace StockPipeline.SchemaRegistryServer;

/// <summary>A schema registry with Confluent's REST API. One process writes a topic; it keeps nothing but what the topic holds.</summary>
public sealed class RegistryServer : IAsyncDisposable
{
    private readonly WebApplication web;
    private readonly ISchemaLog store;
    private readonly SchemaRegistrar registrar;

    private RegistryServer(WebApplication web, ISchemaLog store, SchemaRegistrar registrar)
    {
        this.web = web;
        this.store = store;
        this.registrar = registrar;
        var address = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Port = address.Port;
    }

    /// <summary>What it listens to.</summary>
    public int Port { get; }

    /// <summary>How a client on this machine reaches it.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>Ends, with the failure, when the registry can no longer follow its log.</summary>
    public Task Ended => store.Ended;

    /// <summary>Reads the topic to its end, then serves.</summary>
    public static Task<RegistryServer> StartAsync(
        KafkaConnection kafka, RegistryServerOptions options, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken) =>
        StartAsync(new KafkaSchemaLog(kafka, options.Topic, loggers, NoMetrics.Instance, clock), options, loggers, cancellationToken);

    /// <summary>Reads the log to its end, then serves; owns the log from here on.</summary>
    public static async Task<RegistryServer> StartAsync(
        ISchemaLog store, RegistryServerOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var catalog = new SchemaCatalog(loggers.CreateLogger<SchemaCatalog>());
        var log = loggers.CreateLogger<SchemaRegistrar>();
        var registrar = new SchemaRegistrar(catalog, store, options, log);
        var web = Build(options, loggers);
        try
        {
            await store.StartAsync(catalog, cancellationToken);
            web.UseErrorAnswers(log);
            web.UseRouting();
            var routes = new Routes(web);
            routes.Get("/", request => request.AnswerTextAsync("{}"));
            new SubjectEndpoints(catalog, registrar).Map(routes);
            new SchemaEndpoints(catalog).Map(routes);
            new SettingEndpoints(catalog, registrar).Map(routes);
            new CompatibilityEndpoints(catalog, registrar).Map(routes);
            await web.StartAsync(cancellationToken);
            var server = new RegistryServer(web, store, registrar);
            Log.Serving(log, catalog.Count, server.Port);
            return server;
        }
        catch
        {
            await web.DisposeAsync();
            await store.DisposeAsync();
            registrar.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        await store.DisposeAsync();
        registrar.Dispose();
    }

    /// <summary>The empty builder reads no file and no variable: what is listened to is said here and nowhere else.</summary>
    private static WebApplication Build(RegistryServerOptions options, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        return builder.Build();
    }

    /// <summary>Signals are the process's own affair.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
