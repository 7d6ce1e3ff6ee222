using StockPipeline.Bench.Avro;
using StockPipeline.Bench.Market;
using StockPipeline.Bench.Measure;
using StockPipeline.Bench.Streaming;

// A suite measures against a broker in a process of its own, which is this program again.
if (args is [BrokerProcess.Argument])
    return await BrokerProcess.ServeAsync();

// Each suite measures what we made beside what others made, in the same run: absolute figures move between machines, ratios hardly do.
ISuite[] suites = [new AvroSuite(), new MarketSuite(), new StreamingSuite()];

var names = args.Length > 0 ? args : [.. suites.Select(suite => suite.Name)];
if (names.FirstOrDefault(name => suites.All(suite => suite.Name != name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no suite '{unknown}'; there are: {string.Join(", ", suites.Select(suite => suite.Name))}");
    return 2;
}
var report = new Report(Console.Out);
foreach (var suite in names.Select(name => suites.Single(suite => suite.Name == name)))
{
    report.Begin(suite.Name);
    await suite.RunAsync(report);
}
return report.AllBarsMet ? 0 : 1;
