using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Calendar;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
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
/// A month as an undisturbed stream leaves it in the topics, with weekends, holidays, breaks, auctions and an illiquid share. The workers look
/// at all of it on a day without trade: whatever they ask, they ask once, and in the end no slot is in doubt.
/// </summary>
public sealed class SimulatedMonthTests(ITestOutputHelper output)
{
    private static readonly string[] Tickers = ["SBER", "BANE", "KZOSP"];

    private static readonly DateTimeOffset Noon = SimulatedExchange.HolidayBegins.AddHours(12);

    /// <summary>A month, but for the minute, of which three weeks are kept.</summary>
    private static readonly (Interval Interval, TimeSpan Length)[] Kept =
    [
        (Interval.OneMinute, TimeSpan.FromDays(20)), (Interval.FiveMinutes, TimeSpan.FromDays(29)), (Interval.OneHour, TimeSpan.FromDays(31)),
        (Interval.OneDay, TimeSpan.FromDays(31)),
    ];

    private static readonly string Workers = string.Join(',', Kept.Select(kept => $"gaps:{kept.Interval}").Append("config,history,lack"));

    [Fact]
    public async Task Of_an_undisturbed_month_nothing_is_asked_twice_and_no_gap_stays_open()
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var exchange = await SimulatedExchange.OpenAsync(
            new SimulatorOptions { Seed = Seed.Next(output.WriteLine), Start = Noon }, Tickers);
        var ports = FreePorts.Take(2);
        var (kafka, registry) = ($"127.0.0.1:{Text(ports[0])}", new Uri($"http://127.0.0.1:{Text(ports[1])}"));
        var environment = Environment(exchange, kafka, registry);
        await using var fleet = new Fleet(environment);
        fleet.Start("broker", "broker");
        fleet.Start("registry", "schema-registry");
        await new TopicProvisioner(new KafkaConnection { BootstrapServers = kafka }, NullLogger<TopicProvisioner>.Instance, TimeProvider.System)
            .ProvisionAsync(PipelineTopics.Default.All, recreate: false, default);
        await using var client = new PipelineClient(Contexts.Of("stream", environment));
        var candles = await WriteAsync(client, exchange);
        await using var seen = await TopicsSeen.OpenAsync(kafka, registry);

        fleet.Start("workers", Workers);
        await Eventually.SeeAsync(() => Doubtful(exchange, seen), doubtful => doubtful is null, TimeSpan.FromSeconds(90));
        await Eventually.SeeAsync(() => Open(seen), open => open.Length == 0);
        var asked = seen.Tasks.All.Count;
        await fleet.KillAsync("workers");
        var holes = await PunchHolesAsync(client, exchange, seen);
        await Eventually.TrueAsync(
            () => holes.TrueForAll(seen.Candles(Interval.OneMinute).Latest().ContainsKey), TimeSpan.FromSeconds(60));
        await Eventually.SeeAsync(() => Open(seen), open => open.Length == 0);

        Assert.Empty(AskedTwice(seen.Tasks.All.Take(asked)));
        Assert.Equal(holes.Count, seen.Tasks.All.Count - asked);
        Assert.Empty(fleet.Failures);
        output.WriteLine($"{candles} candles, {asked} tasks, {seen.Gaps.Latest().Count} ledger entries, a restart and {holes.Count} new holes, "
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
            if (own.SkipLast(1).LastOrDefault(candle => !answered.Contains(Minutes.Of(candle.OpenTime))) is not { } victim)
                continue;
            holes.Add(new CandleKey(victim.Figi, victim.OpenTime).ToString());
            await writer.DeliverAsync(holes[^1], null, default);
        }
        await Eventually.TrueAsync(() => !holes.Exists(seen.Candles(Interval.OneMinute).Latest().ContainsKey));
        return holes;
    }

    /// <summary>A slot of the calendar that has neither a candle nor an answer.</summary>
    private static string? Doubtful(SimulatedExchange exchange, TopicsSeen seen)
    {
        foreach (var (interval, _) in Kept)
        {
            var candles = seen.Candles(interval).Latest();
            foreach (var share in exchange.Shares)
            {
                var answered = Answered(seen, share, interval);
                var present = candles.Values.Where(candle => candle.Figi == share.Figi).Select(candle => candle.OpenTime).ToHashSet();
                var first = present.Min();
                foreach (var slot in Schedule(share, first).Slots(interval, first, SimulatedExchange.HolidayBegins))
                {
                    if (!present.Contains(slot) && !answered.Contains(Minutes.Of(slot)))
                        return $"{share.Ticker} {interval} {slot:u}, {seen.Tasks.All.Count} tasks so far";
                }
            }
        }
        return null;
    }

    private static Calendar.ExchangeSchedule Schedule(Listing share, DateTimeOffset first)
    {
        var from = DateOnly.FromDateTime(first.UtcDateTime);
        var days = Enumerable.Range(0, DateOnly.FromDateTime(Noon.UtcDateTime).DayNumber - from.DayNumber + 1).Select(from.AddDays);
        return TradingCalendar.Empty.With(days.Select(day => new TradingDay
        {
            Date = day, Exchange = share.Exchange, Sessions = Simulator.Market.ExchangeSchedule.Sessions(share.Exchange, day),
        })).Of(share.Exchange);
    }

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

    private static Dictionary<string, string> Environment(SimulatedExchange exchange, string kafka, Uri registry) => new(exchange.Environment())
    {
        ["KAFKA_CONNECT"] = kafka,
        ["KAFKA_LISTEN"] = kafka,
        ["KAFKA_DATA"] = Path.Combine(exchange.Folder, "broker"),
        ["SCHEMA_REGISTRY_URL"] = registry.ToString(),
        ["SCHEMA_REGISTRY_PORT"] = Text(registry.Port),
        // Audits compare and ask for what is there; here it is about what is not.
        ["AUDIT_EVERY"] = "0s",
        // The market stands at the pace of the machine, and nothing new can settle.
        ["GAPS_GRACE"] = "1s",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
