using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.PipelineTests.Market;
using StockPipeline.PipelineTests.Watching;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Faults;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.PipelineTests;

/// <summary>
/// A trading day on which everything goes wrong: the exchange drops, mutes, loses, delays, repeats and corrects, refuses and throttles, while
/// every service, the registry and the broker are killed again and again. What remains is what would have been without all that.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const double Speed = 900;
    private const int Needed = 200;
    private const int MostWarnings = 300;

    /// <summary>Enough for the three shortest intervals; the others are rolled up from the minutes.</summary>
    private const int SomeStreams = 4;

    /// <summary>Far more than it takes, but for a question that is asked again and again.</summary>
    private static readonly TimeSpan SettlePatience = TimeSpan.FromMinutes(2.5);

    private static readonly string[] Tickers = ["SBER", "BANE", "KZOSP"];

    private static readonly DateTimeOffset Begin = SimulatedExchange.HolidayBegins.AddHours(-19);

    /// <summary>From here on the exchange behaves again; nothing is traded any more for an hour by then.</summary>
    private static readonly DateTimeOffset CalmBegins = SimulatedExchange.HolidayBegins.AddHours(-2);

    private static readonly (string Ticker, Interval Interval)[] Heard =
        [("SBER", Interval.OneMinute), ("BANE", Interval.FiveMinutes), ("SBER", Interval.OneHour)];

    private static readonly FaultRule[] Faults =
    [
        new() { Kind = FaultKind.DropStream, Probability = 0.00005 },
        new() { Kind = FaultKind.MuteStream, Probability = 0.00005, Lasting = TimeSpan.FromMinutes(20) },
        new() { Kind = FaultKind.MuteStream, After = TimeSpan.FromHours(2), Limit = 2, Lasting = TimeSpan.FromHours(3) },
        new() { Kind = FaultKind.LoseCandle, Probability = 0.02 },
        new() { Kind = FaultKind.DelayCandle, Probability = 0.01, Lasting = TimeSpan.FromMinutes(3) },
        new() { Kind = FaultKind.ReorderCandle, Probability = 0.02, Lasting = TimeSpan.FromMinutes(2) },
        new() { Kind = FaultKind.DuplicateCandle, Probability = 0.05 },
        new() { Kind = FaultKind.CorrectLate, Probability = 0.03, Lasting = TimeSpan.FromMinutes(2) },
        new() { Kind = FaultKind.MalformedFrame, Probability = 0.0003 },
        new() { Kind = FaultKind.ResourceExhausted, Probability = 0.05 },
        new() { Kind = FaultKind.Unavailable, Probability = 0.03 },
        new() { Kind = FaultKind.InternalError, Probability = 0.02 },
        new() { Kind = FaultKind.LateHistory, Probability = 0.1, Lasting = TimeSpan.FromSeconds(40) },
        // What chance may pass over happens once for certain.
        .. ((FaultKind[])
        [
            FaultKind.DropStream, FaultKind.MalformedFrame, FaultKind.ResourceExhausted, FaultKind.Unavailable, FaultKind.InternalError,
            FaultKind.LateHistory,
        ]).Select(kind => new FaultRule { Kind = kind, After = TimeSpan.FromHours(1), Limit = 1, Lasting = TimeSpan.FromSeconds(40) }),
        .. ((FaultKind[])[FaultKind.Unauthenticated, FaultKind.PermissionDenied, FaultKind.ProxyPage])
            .Select(kind => new FaultRule { Kind = kind, After = TimeSpan.FromHours(1), Limit = 1, Method = "GetCandles" }),
    ];

    [Fact]
    public async Task Whatever_is_killed_and_whatever_the_exchange_does_the_end_is_the_truth()
    {
        var seed = Seed.Next(output.WriteLine);
        var random = new Random(seed);
        var began = TimeProvider.System.GetTimestamp();
        await using var exchange = await SimulatedExchange.OpenAsync(
            new SimulatorOptions { Seed = seed, Speed = Speed, Start = Begin, Quotas = new ApiQuotas { Streams = SomeStreams } }, Tickers);
        var ports = FreePorts.Take(2 + Heard.Length);
        var (kafka, registry) = ($"127.0.0.1:{Text(ports[0])}", new Uri($"http://127.0.0.1:{Text(ports[1])}"));
        await using var fleet = new Fleet(Environment(exchange, kafka, registry));
        var sockets = new List<SocketWitness>();
        try
        {
            fleet.Start("broker", "broker");
            fleet.Start("registry", "schema-registry");
            await new TopicProvisioner(new KafkaConnection { BootstrapServers = kafka }, NullLogger<TopicProvisioner>.Instance, TimeProvider.System)
                .ProvisionAsync(FollowedIndicators.Topics.All, recreate: false, default);
            var members = Members(ports[2..]);
            foreach (var (name, services) in members)
                fleet.Start(name, services);
            sockets.AddRange(ports[2..].Select(SocketWitness.Of));
            sockets.AddRange(ports[2..].Select(SocketWitness.SlowOf));
            await using var seen = await TopicsSeen.OpenAsync(kafka, registry);
            await Eventually.TrueAsync(() => sockets.TrueForAll(socket => socket.Visits > 0), SettlePatience);
            var ready = Seconds(began);
            exchange.Simulator.Faults.Set(Faults);

            await KillAsync(fleet, ["broker", "registry", .. members.Keys], exchange, random);
            var strikes = exchange.Simulator.Faults.Report().Rules;
            exchange.Simulator.Faults.Clear();
            await exchange.ReachAsync(SimulatedExchange.HolidayBegins);
            var calmFor = TimeProvider.System.GetTimestamp();

            var truth = new Truth(exchange.Simulator.Market, exchange.Shares, SimulatedExchange.HolidayBegins, Needed);
            await Eventually.SeeAsync(() => string.Join('\n', truth.Problems(seen)), problems => problems.Length == 0, SettlePatience);
            foreach (var (heard, socket) in Heard.Concat(Heard).Zip(sockets))
                await Eventually.SeeAsync(() => string.Join('\n', Missing(exchange, seen, heard, socket)), missing => missing.Length == 0);

            await using var again = await TopicsSeen.OpenAsync(kafka, registry);
            Assert.Empty(truth.Problems(again));
            output.WriteLine($"{truth.Compared} candles and their values compared, {Seconds(calmFor)} s after the last fault");
            output.WriteLine($"{fleet.Kills.Values.Sum()} kills: {string.Join(", ", fleet.Kills.Select(one => $"{one.Key} {one.Value}"))}");
            output.WriteLine($"faults: {string.Join(", ", strikes.Select(one => $"{one.Rule.Kind} {one.Struck}"))}");
            output.WriteLine($"sockets let in {string.Join('+', sockets.Select(socket => socket.Visits))} times, {seen.Tasks.All.Count} tasks, "
                + $"ready after {ready} s, {Seconds(began)} s in all");
            // Of four hours and a day the minutes at hand may never reach the beginning.
            var rolled = Interval.All.Where(interval => seen.Candles(interval).All.Any(candle => candle.Source == CandleSource.Rollup)).ToHashSet();
            Assert.Subset(Interval.All.Skip(SomeStreams - 1).ToHashSet(), rolled);
            Assert.Superset(new HashSet<Interval> { Interval.ThirtyMinutes, Interval.OneHour }, rolled);
            Assert.Empty(strikes.GroupBy(rule => rule.Rule.Kind).Where(kind => kind.Sum(rule => rule.Struck) == 0).Select(kind => kind.Key));
            Assert.Empty(fleet.Failures);
        }
        catch
        {
            output.WriteLine(string.Join('\n', fleet.Failures.Concat(fleet.Warnings.TakeLast(MostWarnings))));
            throw;
        }
        finally
        {
            foreach (var socket in sockets)
                await socket.DisposeAsync();
        }
    }

    /// <summary>Rounds in which each process is killed once, in an order and at distances of chance.</summary>
    private static async Task KillAsync(Fleet fleet, string[] names, SimulatedExchange exchange, Random random)
    {
        for (var round = 0; ; round++)
        {
            random.Shuffle(names);
            foreach (var name in names)
            {
                if (exchange.Now >= CalmBegins && round > 0)
                    return;
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1_000, 4_000)), TimeProvider.System);
                await fleet.KillAsync(name);
            }
        }
    }

    private static Dictionary<string, string> Members(int[] socketPorts) => new()
    {
        ["config"] = "config",
        ["history-a"] = "history",
        ["history-b"] = "history",
        ["lack"] = "lack",
        ["candles"] = string.Join(',', Interval.All.Select(interval => $"candles:{interval}")),
        ["gaps"] = string.Join(',', Interval.All.Select(interval => $"gaps:{interval}")),
        ["indicators"] = string.Join(',', Interval.All.SelectMany(interval => new[] { $"macd:{interval}", $"indicators:{interval}" })),
        ["websocket"] = string.Join(',', Heard.Zip(socketPorts, (heard, port) => $"websocket:{heard.Ticker}:{heard.Interval}:{Text(port)}")),
    };

    private static IReadOnlyList<string> Missing(
        SimulatedExchange exchange, TopicsSeen seen, (string Ticker, Interval Interval) heard, SocketWitness socket)
    {
        var figi = exchange.Simulator.Market.Share(heard.Ticker).Figi;
        return socket.Missing(seen.Values(heard.Interval).Latest().Values.Where(value => value.Figi == figi));
    }

    private static Dictionary<string, string> Environment(SimulatedExchange exchange, string kafka, Uri registry) => new(exchange.Environment())
    {
        ["KAFKA_CONNECT"] = kafka,
        ["KAFKA_LISTEN"] = kafka,
        ["KAFKA_DATA"] = Path.Combine(exchange.Folder, "broker"),
        ["SCHEMA_REGISTRY_URL"] = registry.ToString(),
        ["SCHEMA_REGISTRY_PORT"] = Text(registry.Port),
        // A question that dies with a worker is to be asked again within the test.
        ["REASK_AFTER"] = "2s",
        ["INDICATORS"] = FollowedIndicators.Setting,
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(long since) =>
        TimeProvider.System.GetElapsedTime(since).TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
}
