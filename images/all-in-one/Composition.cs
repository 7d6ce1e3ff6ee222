using StockPipeline.BrokerServer;
using StockPipeline.Candles;
using StockPipeline.Config;
using StockPipeline.Contracts.Time;
using StockPipeline.Gaps;
using StockPipeline.History;
using StockPipeline.Hosting;
using StockPipeline.Lack;
using StockPipeline.Macd;
using StockPipeline.SchemaRegistryServer;
using StockPipeline.Websocket;

namespace StockPipeline.AllInOne;

/// <summary>
/// The whole pipeline in one process: which services there are, what each is told, and who waits for whom. What the settings name elsewhere,
/// a Kafka, a registry, a database, the real exchange, takes the place of our own.
/// </summary>
internal static class Composition
{
    private const int Foundations = 0;
    private const int Registry = 1;
    private const int Topics = 2;
    private const int Workers = 3;

    public static IReadOnlyList<ServiceDefinition> Of(Settings settings)
    {
        var machine = Machine.From(settings);
        TakenPorts.Check(settings, machine);
        var shared = machine.Connections();
        var services = new List<ServiceDefinition>();
        if (!machine.HasKafka)
            services.Add(Define("broker", BrokerService.Create, Foundations, shared));
        if (!machine.HasExchange)
            services.Add(Define("simulator", machine.CreateSimulator, Foundations, shared));
        if (machine.Postgres is { } postgres)
            services.Add(Define("postgres", context => new PostgresService(context, postgres), Foundations, shared));
        if (!machine.HasRegistry)
            services.Add(Define("schema-registry", context => new SchemaRegistryService(context), Registry, shared));
        services.Add(Define("topics", TopicsService.Create, Topics, shared));
        services.Add(Define("config", ConfigService.Create, Workers, shared));
        services.Add(Define("history", HistoryService.Create, Workers, shared));
        services.Add(Define("lack", LackService.Create, Workers, shared));
        foreach (var interval in Interval.All)
        {
            services.Add(Define($"candles-{interval}", CandlesService.Create, Workers, shared, ("INTERVAL", interval.Name)));
            services.Add(Define($"gaps-{interval}", GapsService.Create, Workers, shared, ("INTERVAL", interval.Name)));
            services.Add(Define($"macd-{interval}", MacdService.Create, Workers, shared, ("INTERVAL", interval.Name)));
        }
        foreach (var socket in machine.Websockets)
        {
            services.Add(Define($"websocket-{socket.Ticker}-{socket.Interval}", WebsocketService.Create, Workers, shared,
                ("TOPIC", machine.MacdPrefix + socket.Interval.TopicSuffix), ("TICKER", socket.Ticker), ("FIGI", ""), ("PORT", socket.PortText)));
        }
        services.Add(Define("welcome", context => new WelcomeService(context, machine), Workers, shared));
        return services;
    }

    private static ServiceDefinition Define(
        string name, Func<ServiceContext, IService> create, int stage, IReadOnlyDictionary<string, string> shared, params (string Name,
            string Value)[] own)
    {
        var overrides = new Dictionary<string, string>(shared, StringComparer.Ordinal);
        foreach (var (variable, value) in own)
            overrides[variable] = value;
        return new ServiceDefinition(name, create) { Stage = stage, Overrides = overrides };
    }
}
