using StockPipeline.Bench.Alerts;
using StockPipeline.Bench.Avro;
using StockPipeline.Bench.Broker;
using StockPipeline.Bench.Calendar;
using StockPipeline.Bench.Catalog;
using StockPipeline.Bench.FirstLoad;
using StockPipeline.Bench.Gateway;
using StockPipeline.Bench.Indicators;
using StockPipeline.Bench.Latency;
using StockPipeline.Bench.Macd;
using StockPipeline.Bench.Market;
using StockPipeline.Bench.Measure;
using StockPipeline.Bench.Rates;
using StockPipeline.Bench.Soak;
using StockPipeline.Bench.Streaming;
using StockPipeline.Bench.Tasks;
using StockPipeline.Bench.Websocket;
using StockPipeline.Bench.Workers;

// A suite that measures several processes starts this program again in one of these parts.
switch (args)
{
    case ["part", FanoutServer.Part]:
        return await FanoutServer.RunAsync();
    case ["part", AnswersServer.Part]:
        return await AnswersServer.RunAsync();
    case ["part", PacedClient.Part, var answers, var path, var clients]:
        return PacedClient.Run(int.Parse(answers, null), path, int.Parse(clients, null));
    case ["part", NaiveHub.Part, var kafka, var registry]:
        return await NaiveHub.RunAsync(kafka, registry);
    case ["part", GatewayClients.Part, var how, var gateway, var sockets, var boardEvery, var silent]:
        return GatewayClients.Run(how, int.Parse(gateway, null), int.Parse(sockets, null), int.Parse(boardEvery, null), int.Parse(silent, null));
    case ["part", BareLoop.Part]:
        return await BareLoop.RunAsync();
    case ["part", FanoutClients.Part, var port, var clients, var stuck]:
        return FanoutClients.Run(int.Parse(port, null), int.Parse(clients, null), int.Parse(stuck, null));
}

// Each suite measures what we made beside what others made, in the same run: absolute figures move between machines, ratios hardly do.
// Soak, month and the week of rates take ten minutes each, the week of alerts three, and measure nothing but promises kept, a first load and the
// catalogs take minutes: they run only when they are named.
ISuite[] usual =
[
    new AvroSuite(), new PaceSuite(), new FreshSuite(), new FloodSuite(), new FootprintSuite(), new CalendarSuite(), new IndicatorsSuite(),
    new LatencySuite(), new MacdSuite(), new AllIndicatorsSuite(), new MarketSuite(), new StreamingSuite(), new ModestSuite(), new FlatOutSuite(),
    new StuckSuite(), new WorkersSuite(), new DatabaseSuite(), new RatesAnswersSuite(), new RatesLatencySuite(), new TasksSuite(),
    new ExportSuite(), new AlertsSuite(), new AlertsLatencySuite(),
];
ISuite[] suites =
[
    .. usual, new SoakSuite(), new MonthSuite(), new AlertsWeekSuite(), new RatesWeekSuite(), new FirstLoadSuite(),
    new CatalogSuite("catalog-whole", 100_000), new CatalogSuite("catalog-small", 20_000),
    new CatalogSuite("catalog-fill", 100_000, CatalogPart.Fill), new CatalogSuite("catalog-rebuild", 100_000, CatalogPart.Rebuild),
    new CatalogSuite("catalog-answers", 100_000, CatalogPart.Answers), new CatalogKillsSuite(),
    new GatewaySuite("gateway-whole", 10_000, 1), new GatewaySuite("gateway-charts", 10_000, 0), new GatewaySuite("gateway-boards", 1_000, 1),
    new GatewayPageSuite(),
];

// A name also stands for all that begin with it: "websocket" for "websocket-modest" and the others.
IEnumerable<ISuite> Named(string name) =>
    suites.Where(suite => suite.Name == name || suite.Name.StartsWith($"{name}-", StringComparison.Ordinal));

if (args.FirstOrDefault(name => !Named(name).Any()) is { } unknown)
{
    Console.Error.WriteLine($"There is no suite '{unknown}'; there are: {string.Join(", ", suites.Select(suite => suite.Name))}");
    return 2;
}
var report = new Report(Console.Out);
foreach (var suite in args.Length > 0 ? args.SelectMany(Named) : usual)
{
    report.Begin(suite.Name);
    await suite.RunAsync(report);
}
return report.AllBarsMet ? 0 : 1;
