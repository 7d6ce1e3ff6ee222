using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Simulator;
using StockPipeline.Testing;
using StockPipeline.Workers;

namespace StockPipeline.Bench.FirstLoad;

/// <summary>
/// The history of every share of the simulated market in every interval, as a user's first start loads it: the whole product in one process, the
/// exchange with its real quota in another. Beside it, how long the exchange alone makes everybody wait for as many requests.
/// </summary>
public sealed class FirstLoadSuite : ISuite
{
    /// <summary>What the load may take, as a ratio to what the quota alone takes.</summary>
    private const double MostTime = 1.25;

    /// <summary>Tasks for each series and each hole in one.</summary>
    private const double MostTasks = 1.2;

    /// <summary>By how much the time left that is told may differ from the truth, from the second minute on.</summary>
    private const double MostError = 0.2;

    private static readonly TimeSpan ToldFrom = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>So long nothing may wait any more before the load counts as done; taken off again.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(8);

    /// <summary>Wednesday, in the middle of the main session.</summary>
    private static readonly DateTimeOffset Start = new(2026, 11, 18, 9, 0, 0, TimeSpan.Zero);

    public string Name => "first-load";

    public async Task RunAsync(Report report)
    {
        using var folder = new TempFolder();
        var quotas = new ApiQuotas();
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Start, Quotas = quotas });
        var ports = FreePorts.Take(4);
        var environment = Environment(folder, simulator, ports);
        var began = TimeProvider.System.GetTimestamp();
        await using var product = Programs.Start("AllInOne", [.. environment.Select(one => (one.Key, one.Value))]);
        var watch = new LoadWatch(ports[2], began);
        while (!watch.IsDoneFor(Quiet))
        {
            await Task.Delay(Glance, TimeProvider.System);
            product.ThrowIfEnded("the product");
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"not loaded within {Patience}: {watch}");
            await watch.LookAsync();
        }
        await using var client = PipelineClient.Of("bench", environment, TimeProvider.System, NullLoggerFactory.Instance);
        var asked = await AskedTopics.ReadAsync(client);
        var alone = watch.Requests / quotas.MarketDataPerMinute * TimeSpan.FromMinutes(1).TotalSeconds;
        var series = asked.Tasks.Select(task => new SeriesKey(task.Figi, task.Interval)).Distinct().Count();
        var questions = asked.Tasks.Select(task => (task.Figi, task.Interval, task.From)).Distinct().Count();
        report.Say($"{watch}; {series} series, {asked.Tasks.Count} tasks: {Reasons(asked.Tasks)}; {watch.Requests:0} requests");
        report.Add("first load, beside what the quota takes for its requests", watch.DoneAt.TotalSeconds, "s", alone, Bar.AtMost(MostTime));
        report.Add("tasks, beside series and holes", asked.Tasks.Count, "", questions, Bar.AtMost(MostTasks));
        if (watch.WorstError(ToldFrom) is { } error)
            report.Add("time left as it was told, beside the truth, at worst", error, "", Bar.AtMost(MostError));
    }

    private static string Reasons(IEnumerable<HistoryTask> tasks) => string.Join(", ", tasks.GroupBy(task => (task.Reason, Again: task.Attempt > 1))
        .Select(group => $"{group.Key.Reason}{(group.Key.Again ? " again" : "")} {group.Count()}"));

    private static Dictionary<string, string> Environment(TempFolder folder, MarketSimulator simulator, int[] ports)
    {
        var (everything, nothing) = (folder.File("tickers.txt"), folder.File("not-tickers.txt"));
        File.WriteAllText(everything, string.Empty);
        File.WriteAllText(nothing, string.Empty);
        return new Dictionary<string, string>
        {
            ["TOKEN"] = string.Empty, ["INVEST_API_HOST"] = simulator.Endpoint.ToString(), ["INVEST_API_PLAIN_HTTP"] = "true",
            ["MARKET_CLOCK"] = new Uri(simulator.ControlEndpoint, "/clock").ToString(), ["NEED_TICKERS_FILE"] = everything,
            ["NOT_NEED_TICKERS_FILE"] = nothing, ["DATA_FOLDER"] = folder.File("data"), ["KAFKA_LISTEN"] = $"127.0.0.1:{Text(ports[0])}",
            ["KAFKA_CONNECT"] = $"127.0.0.1:{Text(ports[0])}", ["SCHEMA_REGISTRY_PORT"] = Text(ports[1]),
            ["SCHEMA_REGISTRY_URL"] = $"http://127.0.0.1:{Text(ports[1])}", ["HEALTH_PORT"] = Text(ports[2]), ["GATEWAY_PORT"] = Text(ports[2]),
            ["WEBSOCKETS"] = $"SBER:1-min:{Text(ports[3])}",
        };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
