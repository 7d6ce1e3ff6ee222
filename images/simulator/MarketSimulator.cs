using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using StockPipeline.Market.Clock;
using StockPipeline.Simulator.Api;
using StockPipeline.Simulator.Control;
using StockPipeline.Simulator.Faults;
using StockPipeline.Simulator.Market;
using StockPipeline.Simulator.Replay;
using StockPipeline.Simulator.Streaming;

namespace StockPipeline.Simulator;

/// <summary>Runs a simulator of the T-Invest API: the market, its clock, its faults, and where to find it.</summary>
public sealed class MarketSimulator : IAsyncDisposable
{
    private readonly WebApplication api;
    private readonly WebApplication control;
    private readonly CancellationTokenSource stop = new();

    private MarketSimulator(WebApplication api, WebApplication control, SimulatedMarket market)
    {
        this.api = api;
        this.control = control;
        Market = market.Reference;
        Clock = market.Clock;
        Faults = market.Faults;
        Endpoint = AddressOf(api);
        ControlEndpoint = AddressOf(control);
        Completion = RunAsync(market);
    }

    /// <summary>Of the API: gRPC over HTTP/2.</summary>
    public Uri Endpoint { get; }

    /// <summary>Of the control pages, HTTP/1.1: <c>/clock</c> and <c>/faults</c>. The API's port does not have them.</summary>
    public Uri ControlEndpoint { get; }

    /// <summary>The truth.</summary>
    public ReferenceMarket Market { get; }

    /// <summary>Market time.</summary>
    public SimulatedClock Clock { get; }

    public FaultInjector Faults { get; }

    /// <summary>Ends when the simulator was disposed, and fails if the market cannot go on.</summary>
    public Task Completion { get; }

    public static async Task<MarketSimulator> StartAsync(SimulatorOptions options, CancellationToken cancellationToken = default)
    {
        var log = options.LoggerFactory.CreateLogger<MarketSimulator>();
        var market = SimulatedMarket.Open(options, log);
        var api = BuildApi(options, market, log);
        var control = Build(options, kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = ControlPages.MaxBodyBytes;
            kestrel.Listen(options.Address, options.ControlPort, listen => listen.Protocols = HttpProtocols.Http1);
        });
        control.UseRouting();
        new ControlPages(market.Clock, market.Faults, log).Map(control);
        try
        {
            await api.StartAsync(cancellationToken);
            await control.StartAsync(cancellationToken);
        }
        catch
        {
            await api.DisposeAsync();
            await control.DisposeAsync();
            throw;
        }
        var simulator = new MarketSimulator(api, control, market);
        var (clock, listings) = (market.Clock, market.Reference.Listings);
        Log.Started(log, simulator.Endpoint, simulator.ControlEndpoint, clock.GetUtcNow(), clock.Speed, listings.Count);
        return simulator;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await api.DisposeAsync();
        await control.DisposeAsync();
        stop.Dispose();
    }

    private async Task RunAsync(SimulatedMarket market)
    {
        try
        {
            await market.Live.RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            Log.MarketStopped(market.Log, error);
            throw;
        }
    }

    private static WebApplication BuildApi(SimulatorOptions options, SimulatedMarket market, ILogger<MarketSimulator> log)
    {
        var slots = new StreamSlots(options.Quotas.Streams);
        var quotas = new QuotaMeter(options.Quotas, market.Clock);
        var interceptor = new ApiInterceptor(options, quotas, market.Faults, log);
        var streams = new StreamSettings(options, market.Reference, market.Live, market.Faults, market.Clock, log);
        var web = Build(
            options,
            kestrel =>
            {
                // A stream is one request that never ends; gRPC limits its messages.
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.Limits.MinRequestBodyDataRate = null;
                kestrel.Limits.MinResponseDataRate = null;
                kestrel.Listen(options.Address, options.Port, listen => Secure(listen, options));
            },
            services =>
            {
                services.AddGrpc(grpc =>
                {
                    grpc.IgnoreUnknownServices = true;
                    grpc.Interceptors.Add<ApiInterceptor>();
                });
                services.AddSingleton(interceptor);
                services.AddSingleton(new InstrumentsApi(market.Reference, market.Statuses, market.Clock));
                services.AddSingleton(new MarketDataApi(market.Reference, market.Statuses, market.Faults, market.Clock));
                services.AddSingleton(new UsersApi(options.Quotas, slots));
                services.AddSingleton(new StreamsApi(streams, slots));
            });
        web.UseRouting();
        web.Use(interceptor.PassAsync);
        web.MapGrpcService<InstrumentsApi>();
        web.MapGrpcService<MarketDataApi>();
        web.MapGrpcService<UsersApi>();
        web.MapGrpcService<StreamsApi>();
        return web;
    }

    /// <summary>The empty builder reads no file and no variable: what is listened to is said here and nowhere else.</summary>
    private static WebApplication Build(
        SimulatorOptions options, Action<KestrelServerOptions> listen, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            listen(kestrel);
        });
        if (options.Certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(options.LoggerFactory);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        configure?.Invoke(builder.Services);
        return builder.Build();
    }

    private static void Secure(ListenOptions listen, SimulatorOptions options)
    {
        listen.Protocols = HttpProtocols.Http2;
        if (options.Certificate is { } certificate)
            listen.UseHttps(certificate);
    }

    private static Uri AddressOf(WebApplication web) =>
        new(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Signals belong to whoever started the simulator.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Holds the parts of the market that the doors share.</summary>
    private sealed record SimulatedMarket(
        ReferenceMarket Reference, SimulatedClock Clock, FaultInjector Faults, TradingStatuses Statuses, LiveMarket Live, ILogger Log)
    {
        public static SimulatedMarket Open(SimulatorOptions options, ILogger log)
        {
            var replay = options.ReplayFolder is { } folder ? new ReplayMarket(ReplayTape.Read(folder)) : null;
            var market = replay ?? (ReferenceMarket)new SyntheticMarket(options.Seed);
            var clock = new SimulatedClock(options.Start ?? replay?.Start ?? options.Clock.GetUtcNow(), options.Speed, options.Clock);
            var faults = new FaultInjector(options.Seed, clock, log);
            faults.Set(options.Faults);
            var statuses = new TradingStatuses(new TradingPhases(market));
            return new SimulatedMarket(market, clock, faults, statuses, new LiveMarket(market, statuses, faults, clock, options.Clock), log);
        }
    }
}
