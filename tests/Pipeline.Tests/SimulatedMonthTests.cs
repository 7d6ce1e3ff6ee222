using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.PipelineTests.Market;
using StockPipeline.PipelineTests.Watching;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Market;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing;
using StockPipeline.Workers;
using StockPipeline.Workers.Ledger;
using Xunit.Abstractions;

namespace StockPipeline.PipelineTests;

/// <summary>
/// A month as an undisturbed stream leaves it in the topics, with weekends, a holiday, breaks, auctions and an illiquid share. The workers look
/// at all of it on a day without trade: whatever they ask, they ask once, and in the end no slot of their calendar is in doubt. That calendar is
/// not the exchange's, which nobody is told for the past: it is inferred, and has to have every minute in which there was trade.
/// </summary>
public sealed class SimulatedMonthTests(ITestOutputHelper output)
{
    private static readonly string[] Tickers = ["SBER", "BANE", "KZOSP"];

    private static readonly DateTimeOffset Noon = SimulatedExchange.HolidayBegins.AddHours(12);

    /// <summary>Fast enough for the quota of the API to be no hindrance; the day without trade still lasts for many minutes.</summary>
    private const double Speed = 60;

    /// <summary>The calendar of a year is inferred meanwhile, on a machine that does other things as well.</summary>
    private static readonly TimeSpan SettlePatience = TimeSpan.FromMinutes(2.5);

    /// <summary>A month with the 9th of May, a holiday, in it, but for what is not kept for so long.</summary>
    private static readonly (Interval Interval, TimeSpan Length)[] Kept =
    [
        (Interval.OneMinute, TimeSpan.FromDays(20)), (Interval.FiveMinutes, TimeSpan.FromDays(29)), (Interval.OneHour, TimeSpan.FromDays(36)),
        (Interval.OneDay, TimeSpan.FromDays(36)),
    ];

    private static readonly string Workers = string.Join(',', Kept.Select(kept => $"gaps:{kept.Interval}").Append("config,history,lack"));

    [Fact]
    public async Task Of_an_undisturbed_month_nothing_is_asked_twice_and_no_gap_stays_open()
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var exchange = await SimulatedExchange.OpenAsync(
            new SimulatorOptions { Seed = Seed.Next(output.WriteLine), Start = Noon, Speed = Speed }, Tickers);
        var ports = FreePorts.Take(2);
        var (kafka, registry) = ($"127.0.0.1:{Text(ports[0])}", new Uri($"http://127.0.0.1:{Text(ports[1])}"));
        var environment = Environment(exchange, kafka, registry);
        await using var fleet = new Fleet(environment);
        fleet.Start("broker", "broker");
        fleet.Start("registry", "schema-registry");
        await new TopicProvisioner(new KafkaConnection { BootstrapServers = kafka }, NullLogger<TopicProvisioner>.Instance, TimeProvider.System)
            .ProvisionAsync(FollowedIndicators.Topics.All, recreate: false, default);
        await using var client = PipelineClient.Of("stream", environment, TimeProvider.System, NullLoggerFactory.Instance);
        var candles = await WriteAsync(client, exchange);
        await using var seen = await TopicsSeen.OpenAsync(kafka, registry);

        fleet.Start("workers", Workers);
        await Eventually.SeeAsync(
            () => Doubtful(exchange, seen.Config, seen), doubtful => doubtful is null, SettlePatience);
        await Eventually.SeeAsync(() => Open(seen), open => open.Length == 0);
        Assert.Empty(Overlooked(exchange, seen.Config));
        await fleet.RestartAsync("workers");
        var holes = await PunchHolesAsync(client, exchange, seen);
        Assert.NotEmpty(holes);
        await Eventually.SeeAsync(
            () => string.Join(", ", holes.Where(hole => !seen.Candles(Interval.OneMinute).Latest().ContainsKey(hole))), left => left.Length == 0);
        await Eventually.SeeAsync(() => Open(seen), open => open.Length == 0);

        var tasks = seen.Tasks.All;
        Assert.Empty(AskedTwice(tasks));
        Assert.All(holes, hole => Assert.Single(tasks, task => Asks(task, hole)));
        Assert.Empty(fleet.Failures);
        output.WriteLine($"{candles} candles, {tasks.Count} tasks, {seen.Gaps.Latest().Count} ledger entries, a restart and {holes.Count} new holes, "
            + $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} s");
    }

    private static async Task<int> WriteAsync(PipelineClient client, SimulatedExchange exchange)
    {
        var count = 0;
        foreach (var (interval, length) in Kept)
        {
            var writer = client.Kafka.WriteTo(client.Topics.Candles(interval), await client.Codecs.CandlesAsync(interval, default));
            foreach (var share in exchange.Shares)
            {
                foreach (var candle in exchange.Simulator.Market.Candles(share.Figi, interval, Noon - length, SimulatedExchange.HolidayBegins))
                {
                    var key = new CandleKey(candle.Figi, candle.OpenTime).ToString();
                    await writer.SendAsync(key, candle with { Source = CandleSource.Stream }, default);
                    count++;
                }
            }
        }
        await client.Kafka.FlushAsync(default);
        return count;
    }

    /// <summary>
    /// Takes a candle away from each share that has one in the open: that the restarted workers ask for it shows that they have looked through
    /// everything.
    /// </summary>
    private static async Task<List<string>> PunchHolesAsync(PipelineClient client, SimulatedExchange exchange, TopicsSeen seen)
    {
        var writer = client.Kafka.WriteTo(client.Topics.Candles(Interval.OneMinute), await client.Codecs.CandlesAsync(Interval.OneMinute, default));
        var holes = new List<string>();
        foreach (var share in exchange.Shares)
        {
            var answered = Answered(seen, share, Interval.OneMinute);
            var own = seen.Candles(Interval.OneMinute).Latest().Values.Where(candle => candle.Figi == share.Figi).OrderBy(candle => candle.OpenTime);
            // What is before the first candle or after the last is not in between: nobody looks there for holes.
            if (own.Skip(1).SkipLast(1).LastOrDefault(candle => !answered.Contains(Minutes.Of(candle.OpenTime))) is not { } victim)
                continue;
            holes.Add(new CandleKey(victim.Figi, victim.OpenTime).ToString());
            await writer.DeliverAsync(holes[^1], null, default);
        }
        await Eventually.TrueAsync(() => !holes.Exists(seen.Candles(Interval.OneMinute).Latest().ContainsKey));
        return holes;
    }

    /// <summary>A slot of the workers' calendar that has neither a candle nor an answer, or a day that is still unknown to it.</summary>
    private static string? Doubtful(SimulatedExchange exchange, ConfigSnapshot config, TopicsSeen seen)
    {
        foreach (var (interval, length) in Kept)
        {
            var candles = seen.Candles(interval).Latest();
            foreach (var share in exchange.Shares)
            {
                if (!config.Instruments.TryGetValue(share.Figi, out var instrument))
                    return $"{share.Ticker} is not followed";
                var answered = Answered(seen, share, interval);
                var present = candles.Values.Where(candle => candle.Figi == share.Figi).Select(candle => candle.OpenTime).ToHashSet();
                var slots = config.Calendar.Of(instrument).Slots(interval, present.Min(), SimulatedExchange.HolidayBegins);
                if (!slots.IsComplete)
                    return $"{slots.UnknownDays} days of {share.Ticker} are unknown";
                foreach (var slot in slots)
                {
                    if (!present.Contains(slot) && !answered.Contains(Minutes.Of(slot)))
                        return $"{share.Ticker} {interval} {slot:u}, {seen.Tasks.All.Count} tasks so far";
                }
            }
        }
        return null;
    }

    /// <summary>Candles of the market in no slot of the workers' calendar: they could be lost and nobody would ask.</summary>
    private static IEnumerable<string> Overlooked(SimulatedExchange exchange, ConfigSnapshot config) =>
        from kept in Kept
        from share in exchange.Shares
        let schedule = config.Calendar.Of(config.Instruments[share.Figi])
        from candle in exchange.Simulator.Market.Candles(share.Figi, kept.Interval, Noon - kept.Length, SimulatedExchange.HolidayBegins)
        where schedule.HasTrading(kept.Interval, candle.OpenTime) != true
        select $"{share.Ticker} {kept.Interval} {candle.OpenTime:u}";

    private static MinuteRanges Answered(TopicsSeen seen, Listing share, Interval interval)
    {
        var answered = new MinuteRanges();
        foreach (var gap in seen.Gaps.Latest().Values)
        {
            if (gap.Figi == share.Figi && gap.Interval == interval && gap.State is (GapState.Filled or GapState.Empty))
                answered.Add(Minutes.Of(gap.From), Minutes.Of(gap.To));
        }
        return answered;
    }

    private static string Open(TopicsSeen seen) => string.Join('\n', seen.Gaps.Latest().Values
        .Where(gap => gap.State is GapState.Suspected or GapState.Requested));

    /// <summary>Tasks of one series whose ranges overlap.</summary>
    private static IEnumerable<string> AskedTwice(IEnumerable<HistoryTask> tasks) =>
        from series in tasks.GroupBy(task => (task.Figi, task.Interval))
        let ordered = series.OrderBy(task => task.From).ToList()
        from pair in ordered.Zip(ordered.Skip(1))
        where pair.Second.From < pair.First.To
        select $"{pair.First} and {pair.Second}";

    private static bool Asks(HistoryTask task, string hole)
    {
        var key = CandleKey.Parse(hole);
        return task.Figi == key.Figi && task.Interval == Interval.OneMinute && task.From <= key.OpenTime && key.OpenTime < task.To;
    }

    private static Dictionary<string, string> Environment(SimulatedExchange exchange, string kafka, Uri registry) => new(exchange.Environment())
    {
        ["KAFKA_CONNECT"] = kafka,
        ["KAFKA_LISTEN"] = kafka,
        ["KAFKA_DATA"] = Path.Combine(exchange.Folder, "broker"),
        ["SCHEMA_REGISTRY_URL"] = registry.ToString(),
        ["SCHEMA_REGISTRY_PORT"] = Text(registry.Port),
        // Audits compare and ask for what is there; here it is about what is not.
        ["AUDIT_EVERY"] = "0s",
        // Nothing is to be looked at before that month.
        ["CALENDAR_DAYS"] = "40",
        ["CANDLES_ONE_DAY"] = "20",
        ["GAPS_GRACE"] = "1s",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
