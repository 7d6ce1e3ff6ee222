using System.Globalization;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.PipelineTests.Market;
using StockPipeline.PipelineTests.Watching;
using StockPipeline.Simulator;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;
using Xunit.Abstractions;

namespace StockPipeline.PipelineTests;

/// <summary>
/// The whole product as a user starts it, on an undisturbed market: from the first question to history to the last frame on the sockets. Once
/// on the embedded broker and registry with the two streams of an account that trades little, so that all but the minutes is rolled up; and once
/// on Apache Kafka and a foreign registry, where there are any, with streams for everything.
/// </summary>
public sealed class EndToEndTests(ITestOutputHelper output)
{
    private const double Speed = 900;
    private const int Needed = 200;
    private const int FewStreams = 2;
    private const int RolledForCertain = 4;

    /// <summary>Shares of different liquidity and different hours; the last one trades every ten minutes.</summary>
    private static readonly string[] Tickers = ["SBER", "BANE", "KZOSP"];

    /// <summary>The market runs while everything starts: before the evening session is over, live candles are still to come.</summary>
    private static readonly DateTimeOffset Begin = SimulatedExchange.HolidayBegins.AddHours(-9);

    private static readonly TimeSpan SettlePatience = TimeSpan.FromMinutes(2.5);

    private static readonly Interval[] Heard = [Interval.OneMinute, Interval.FiveMinutes, Interval.OneHour];

    public static TheoryData<KafkaKind> Kinds { get; } = ApacheKafka.Home is null ? [KafkaKind.Embedded] : [KafkaKind.Embedded, KafkaKind.Apache];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Topics_and_sockets_end_in_the_truth_about_an_undisturbed_day(KafkaKind kind)
    {
        await using var apache = kind == KafkaKind.Apache ? await ApacheKafka.StartAsync() : null;
        await using var foreign = new RealRegistry();
        var registry = apache is null ? null : await foreign.StartAsync(output.WriteLine);
        await using var exchange = await SimulatedExchange.OpenAsync(
            new SimulatorOptions
            {
                Seed = Seed.Next(output.WriteLine), Speed = Speed, Start = Begin,
                Quotas = new ApiQuotas { Streams = apache is null ? FewStreams : ApiQuotas.DefaultStreams },
            },
            Tickers);
        var began = TimeProvider.System.GetTimestamp();
        var ports = FreePorts.Take(2 + Heard.Length);
        var kafka = apache?.BootstrapServers ?? $"127.0.0.1:{Text(ports[0])}";
        var environment = Environment(exchange, ports, apache?.BootstrapServers, registry);
        await using var product = ChildProcess.StartDotnet("StockPipeline.AllInOne.dll", [], environment);
        var sockets = ports[2..].Select(SocketWitness.Of).ToList();
        try
        {
            await product.SaysAsync("topics is ready");
            await using var seen = await TopicsSeen.OpenAsync(kafka, registry ?? new Uri($"http://127.0.0.1:{Text(ports[1])}"));
            await exchange.ReachAsync(SimulatedExchange.HolidayBegins);
            var truth = new Truth(exchange.Simulator.Market, exchange.Shares, SimulatedExchange.HolidayBegins, Needed);

            await Eventually.SeeAsync(() => string.Join('\n', truth.Problems(seen)), problems => problems.Length == 0, SettlePatience);
            foreach (var (interval, socket) in Heard.Zip(sockets))
                await Eventually.SeeAsync(() => string.Join('\n', Missing(exchange, seen, interval, socket)), missing => missing.Length == 0);

            var rolled = Interval.All.Where(interval => seen.Candles(interval).All.Any(candle => candle.Source == CandleSource.Rollup)).ToHashSet();
            Assert.Subset(apache is null ? Interval.All.Skip(1).ToHashSet() : [], rolled);
            // Of four hours and a day the minutes at hand may never reach the beginning.
            Assert.Superset(apache is null ? Interval.All.Skip(1).Take(RolledForCertain).ToHashSet() : [], rolled);
            NothingTwice(Interval.All.SelectMany(interval => seen.Values(interval).Repeated));
            NothingTwice(Interval.All.SelectMany(
                interval => FollowedIndicators.Slugs.SelectMany(slug => seen.Values(slug, interval).Repeated.Select(line => $"{slug} {line}"))));
            NothingTwice(sockets.SelectMany(socket => socket.Repeated));
            Assert.True(sockets[0].LiveFinals > 0, "nothing was heard live");
            Assert.All(sockets, socket => Assert.Equal(1, socket.Visits));
            Assert.Empty(product.Errors);
            output.WriteLine($"{kind}: {truth.Compared} candles and their values compared, {seen.Tasks.All.Count} tasks, "
                + $"{string.Join('+', sockets.Select(socket => socket.LiveFinals))} finals heard live, "
                + $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} s");
        }
        catch
        {
            var trouble = product.Output.Where(line => !line.Contains(" info: ", StringComparison.Ordinal)).Concat(product.Errors);
            output.WriteLine(string.Join('\n', trouble));
            throw;
        }
        finally
        {
            foreach (var socket in sockets)
                await socket.DisposeAsync();
        }
    }

    /// <summary>In full where there are any: what an ordinary assertion cuts short is what tells them apart.</summary>
    private static void NothingTwice(IEnumerable<string> repeated)
    {
        var lines = string.Join('\n', repeated);
        Assert.True(lines.Length == 0, $"said twice:\n{lines}");
    }

    private static IReadOnlyList<string> Missing(SimulatedExchange exchange, TopicsSeen seen, Interval interval, SocketWitness socket) =>
        socket.Missing(seen.Values(interval).Latest().Values.Where(value => value.Figi == exchange.Shares[0].Figi));

    private static Dictionary<string, string> Environment(SimulatedExchange exchange, int[] ports, string? kafka, Uri? registry)
    {
        var sockets = Heard.Zip(ports[2..], (interval, port) => $"{Tickers[0]}:{interval}:{Text(port)}");
        return new Dictionary<string, string>(exchange.Environment())
        {
            ["DATA_FOLDER"] = Path.Combine(exchange.Folder, "data"),
            ["RUN_SHOW"] = "log",
            [kafka is null ? "KAFKA_LISTEN" : "KAFKA_CONNECT"] = kafka ?? $"127.0.0.1:{Text(ports[0])}",
            ["SCHEMA_REGISTRY_PORT"] = Text(ports[1]),
            [registry is null ? "SCHEMA_REGISTRY_PORT" : "SCHEMA_REGISTRY_URL"] = registry?.ToString() ?? Text(ports[1]),
            ["WEBSOCKETS"] = string.Join(',', sockets),
            ["INDICATORS"] = FollowedIndicators.Setting,
        };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
