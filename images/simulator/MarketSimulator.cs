using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using StockPipeline.Market.Clock;
using StockPipeline.Market.Grpc;
using StockPipeline.Simulator.Api;
using StockPipeline.Simulator.Faults;
using StockPipeline.Simulator.Grpc;
using StockPipeline.Simulator.Market;
using StockPipeline.Simulator.Replay;
using StockPipeline.Simulator.Rest;
using StockPipeline.Simulator.Streaming;

namespace StockPipeline.Simulator;

/// <summary>A running simulator of the T-Invest API: the market, its clock, its faults, and where to find it.</summary>
public sealed class MarketSimulator : IAsyncDisposable
{
    private readonly WebApplication web;
    private readonly CancellationTokenSource stop = new();

    private MarketSimulator(WebApplication web, ReferenceMarket market, SimulatedClock clock, FaultBox faults, LiveMarket live, ILogger log)
    {
        this.web = web;
        Market = market;
        Clock = clock;
        Faults = faults;
        Completion = RunAsync(live, log);
    }

    /// <summary>Of the API: gRPC over HTTP/2 and the minute archive.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Of the control pages, HTTP/1.1: <c>/clock</c>, <c>/faults</c> and the archive once more.</summary>
    public Uri ControlEndpoint { get; private set; } = null!;

    /// <summary>The truth.</summary>
    public ReferenceMarket Market { get; }

    /// <summary>Market time.</summary>
    public SimulatedClock Clock { get; }

    public FaultBox Faults { get; }

    /// <summary>Ends when the simulator was disposed, and fails if the market cannot go on.</summary>
    public Task Completion { get; }

    public static async Task<MarketSimulator> StartAsync(SimulatorOptions options, CancellationToken stop = default)
    {
        var log = options.LoggerFactory.CreateLogger<MarketSimulator>();
        var replay = options.ReplayFolder is { } folder ? new ReplayMarket(ReplayTape.Read(folder)) : null;
        var market = replay ?? (ReferenceMarket)new SyntheticMarket(options.Seed);
        var clock = new SimulatedClock(options.Start ?? replay?.Start ?? options.Clock.GetUtcNow(), options.Speed, options.Clock);
        var faults = new FaultBox(options.Seed, clock, log);
        faults.Set(options.Faults);
        var statuses = new TradingStatuses(new TradingPhases(market));
        var live = new LiveMarket(market, statuses, faults, clock, options.Clock);
        var quotas = new QuotaMeter(options.Quotas, clock);
        var tokens = new TokenGate(options.Tokens);
        var grpc = new GrpcServer(tokens, quotas, faults, log);
        var slots = new StreamSlots(options.Quotas.Streams);
        var streams = new StreamSettings(options, market, live, faults, clock, log);
        MapMethods(grpc, market, statuses, faults, clock, new StreamsApi(streams, slots), new UsersApi(options.Quotas, slots));
        var web = Build(options, grpc, new ArchivePage(market, tokens, quotas, clock), new ControlPages(clock, faults, log));
        try
        {
            await web.StartAsync(stop);
        }
        catch
        {
            await web.DisposeAsync();
            throw;
        }
        var listening = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        var addresses = listening.Addresses.Select(address => new Uri(address)).ToList();
        var simulator = new MarketSimulator(web, market, clock, faults, live, log) { Endpoint = addresses[0], ControlEndpoint = addresses[1] };
        Log.Started(log, simulator.Endpoint, simulator.ControlEndpoint, clock.GetUtcNow(), clock.Speed, market.Listings.Count);
        return simulator;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await web.DisposeAsync();
        stop.Dispose();
    }

    private async Task RunAsync(LiveMarket live, ILogger log)
    {
        try
        {
            await live.RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            Log.MarketStopped(log, error);
            throw;
        }
    }

    private static void MapMethods(
        GrpcServer grpc, ReferenceMarket market, TradingStatuses statuses, FaultBox faults, TimeProvider clock, StreamsApi streams, UsersApi users)
    {
        var instruments = new InstrumentsApi(market, statuses, clock);
        var schedules = new SchedulesApi(clock);
        var candles = new CandlesApi(market, faults, clock);
        var prices = new PricesApi(market, statuses, clock);
        grpc.Map(InvestMethods.Shares, Quota.Shares, (_, request) => instruments.Shares(request));
        grpc.Map(InvestMethods.ShareBy, Quota.Instruments, (_, request) => instruments.ShareBy(request));
        grpc.Map(InvestMethods.GetInstrumentBy, Quota.Instruments, (_, request) => instruments.GetInstrumentBy(request));
        grpc.Map(InvestMethods.FindInstrument, Quota.Instruments, (_, request) => instruments.FindInstrument(request));
        grpc.Map(InvestMethods.TradingSchedules, Quota.Instruments, (_, request) => schedules.TradingSchedules(request));
        grpc.Map(InvestMethods.GetCandles, Quota.MarketData, (_, request) => candles.GetCandles(request));
        grpc.Map(InvestMethods.GetLastPrices, Quota.MarketData, (_, request) => prices.GetLastPrices(request));
        grpc.Map(InvestMethods.GetTradingStatus, Quota.MarketData, (_, request) => prices.GetTradingStatus(request));
        grpc.Map(InvestMethods.GetTradingStatuses, Quota.MarketData, (_, request) => prices.GetTradingStatuses(request));
        grpc.Map(InvestMethods.GetUserTariff, Quota.Users, (call, _) => users.GetUserTariff(call.Token));
        grpc.MapStream(InvestMethods.MarketDataStream, streams.MarketDataStreamAsync);
        grpc.MapStream(InvestMethods.MarketDataServerSideStream, streams.MarketDataServerSideStreamAsync);
    }

    private static WebApplication Build(SimulatorOptions options, GrpcServer grpc, ArchivePage archive, ControlPages control)
    {
        // The empty builder reads no file and no variable: what is listened to is said here and nowhere else.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(options.Address, options.Port, listen => Secure(listen, options));
            kestrel.Listen(options.Address, options.ControlPort, listen => listen.Protocols = HttpProtocols.Http1);
        });
        if (options.Certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(options.LoggerFactory);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var web = builder.Build();
        web.MapWhen(GrpcServer.IsGrpc, branch => branch.Run(grpc.ServeAsync));
        web.UseRouting();
        archive.Map(web);
        control.Map(web);
        return web;
    }

    private static void Secure(ListenOptions listen, SimulatorOptions options)
    {
        listen.Protocols = HttpProtocols.Http2;
        if (options.Certificate is { } certificate)
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(certificate);
        }
    }

    /// <summary>Signals belong to whoever started the simulator.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
