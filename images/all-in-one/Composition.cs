using StockPipeline.AlertsService;
using StockPipeline.AllInOne.Watching;
using StockPipeline.BrokerServer;
using StockPipeline.Candles;
using StockPipeline.Config;
using StockPipeline.Contracts.Time;
using StockPipeline.Gaps;
using StockPipeline.Gateway;
using StockPipeline.History;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.IndicatorService;
using StockPipeline.Lack;
using StockPipeline.Macd;
using StockPipeline.PolygonCollector;
using StockPipeline.RatesApi;
using StockPipeline.RatesService;
using StockPipeline.Scheduler;
using StockPipeline.SchemaRegistryServer;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Currencies;
using StockPipeline.Simulator.Polygon;
using StockPipeline.TaskWorkers;
using StockPipeline.TelegramService;
using StockPipeline.Websocket;

namespace StockPipeline.AllInOne;

/// <summary>
/// The whole pipeline in one process: which services there are, what each is told, and who waits for whom. What the settings name elsewhere,
/// a Kafka, a registry, a database, the real exchange, takes the place of our own.
/// </summary>
internal static class Composition
{
    /// <param name="builder">Of the process.</param>
    /// <param name="output">What its terminal shows.</param>
    public static void AddWholePipeline(this IHostApplicationBuilder builder, TerminalOutput output)
    {
        var machine = Machine.From(builder.ReadOptions<MachineOptions>());
        foreach (var problem in PortAvailability.Problems(machine))
            builder.Refuse(problem);
        Setting[] shared = [.. machine.Connections().Select(one => new Setting(one.Key, one.Value))];

        if (!machine.HasKafka)
            builder.AddBroker(settings: shared);
        if (!machine.HasExchange)
            builder.AddSimulator(settings: [.. shared, ("SIMULATOR_ANCHOR", machine.AnchorFile)]);
        if (machine.PlaysCurrencies)
            builder.AddCurrencyWorlds(settings: shared);
        if (machine.PlaysPolygon)
            builder.AddPolygonWorld(settings: shared);
        if (machine.Postgres is { } postgres)
            builder.AddPostgres(postgres);
        builder.WaitUntilReady();
        if (!machine.HasRegistry)
            builder.AddSchemaRegistry("schema-registry", shared);
        builder.WaitUntilReady();
        builder.AddTopics(shared);
        builder.WaitUntilReady();

        builder.AddConfig(settings: shared);
        builder.AddHistory(settings: shared);
        builder.AddLack(settings: shared);
        foreach (var interval in Interval.All)
        {
            Setting[] own = [.. shared, ("INTERVAL", interval.Name)];
            builder.AddCandles($"candles-{interval}", own);
            builder.AddGaps($"gaps-{interval}", own);
            builder.AddMacd($"macd-{interval}", own);
            if (!machine.HasNoIndicators)
                builder.AddIndicators($"indicators-{interval}", own);
        }
        foreach (var socket in machine.Websockets.All)
        {
            builder.AddWebsocket($"websocket-{socket.Ticker}-{socket.Interval}",
                [.. shared, ("TOPIC", machine.MacdPrefix + socket.Interval.TopicSuffix), ("TICKER", socket.Ticker), ("FIGI", ""),
                    ("PORT", socket.PortText)]);
        }
        builder.ServeStatusByGateway();
        builder.AddGateway("gateway", shared);
        builder.Services.AddSingleton<FirstValues>();
        builder.AddService("welcome", [], services => ActivatorUtilities.CreateInstance<WelcomeWorker>(services, machine, output));

        builder.Services.AddSingleton<IHostedService, UntilFirstValues>();
        builder.AddRates(settings: shared);
        builder.AddRatesApi(settings: shared);
        builder.AddAlerts(settings: shared);
        if (machine.Options.TelegramToken is not null)
            builder.AddTelegram(settings: shared);
        builder.AddTasks("tasks", shared);
        if (machine.HasPolygon)
            builder.AddPolygon("polygon", shared);
        builder.AddScheduler("scheduler", shared);
        machine.Catalog?.Add(builder, shared);
    }
}
