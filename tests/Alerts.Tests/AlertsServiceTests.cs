using StockPipeline.AlertsService;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Producing;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.AlertsTests;

/// <summary>Rules and candles in, events out, over real topics.</summary>
public sealed class AlertsServiceTests
{
    private static readonly string[] Figis = [.. Enumerable.Range(0, 12).Select(number => $"BBG00000{number:0000}")];

    [Fact]
    public async Task An_event_is_said_once_withdrawn_when_it_was_not_so_and_not_said_again_by_whoever_comes_next()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        await using var events = new TopicReader<AlertEvent>(client, AlertTopics.Events, await client.Codecs.Alerts.EventsAsync(default));
        var rules = client.Kafka.WriteTo(AlertTopics.Rules, await client.Codecs.Alerts.RulesAsync(default));
        var candles = client.Kafka.WriteTo(
            client.Topics.Candles(Interval.OneMinute), await client.Codecs.CandlesAsync(Interval.OneMinute, default));
        foreach (var figi in Figis)
        {
            await SayAsync(rules, RuleOf(figi));
            await SayAsync(candles, figi, 0, 299);
        }

        await surroundings.WhileRunningAsync(builder => builder.AddAlerts(), async () =>
        {
            foreach (var figi in Figis)
                await SayAsync(candles, figi, 1, 301);
            await Eventually.TrueAsync(() => events.Latest.Count == Figis.Length);
            // Nobody knew better when it closed; now somebody does.
            await SayAsync(candles, Figis[0], 1, 299);
            await Eventually.TrueAsync(() => events.Latest[KeyOf(Figis[0], 1)].IsWithdrawn);
        });
        Assert.All(Figis[1..].Select(figi => events.Latest[KeyOf(figi, 1)]), one => Assert.Equal(
            (301.0, 300.0, false), (one.Value, one.Threshold, one.IsWithdrawn)));

        // While nobody looks one is repaired, and another goes below and above again.
        await SayAsync(candles, Figis[1], 1, 298);
        await SayAsync(candles, Figis[2], 2, 299);
        await SayAsync(candles, Figis[2], 3, 305);
        await WithTwoReplicasAsync(surroundings, () => Eventually.TrueAsync(
            () => events.Latest[KeyOf(Figis[1], 1)].IsWithdrawn && events.Latest.ContainsKey(KeyOf(Figis[2], 3))));

        Assert.Equal(Figis.Length + 3, events.All.Count);
        // Written long after those minutes closed, by the clock of the machine.
        Assert.True(events.Latest[KeyOf(Figis[2], 3)].IsLate);
    }

    [Fact]
    public async Task Rules_of_indicators_and_of_rates_are_followed_and_what_is_no_rule_harms_nobody()
    {
        await using var surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        await using var events = new TopicReader<AlertEvent>(client, AlertTopics.Events, await client.Codecs.Alerts.EventsAsync(default));
        var rules = client.Kafka.WriteTo(AlertTopics.Rules, await client.Codecs.Alerts.RulesAsync(default));
        var values = client.Kafka.WriteTo(client.Topics.Macd(Interval.OneHour), await client.Codecs.MacdAsync(Interval.OneHour, default));
        var candles = client.Kafka.WriteTo(
            client.Topics.Candles(Interval.OneMinute), await client.Codecs.CandlesAsync(Interval.OneMinute, default));
        const string Bitcoin = "bitcoin-usdt.binance";
        var rule = RuleOf(Figis[0]);
        await SayAsync(rules, rule with { Id = "bad", Condition = rule.Condition with { Source = "rsy" } });
        await SayAsync(rules, rule with
        {
            Id = "macd", Condition = rule.Condition with
            {
                Interval = Interval.OneHour, Source = "macd", Line = "macd", Against = "signal", Kind = AlertKind.CrossesBelow,
            },
        });
        var rate = RuleOf(Bitcoin);
        await SayAsync(rules, rate with { Id = "rate", Condition = rate.Condition with { Kind = AlertKind.Below, Level = 60_000 } });
        var silence = rate with { Id = "silence", Condition = rate.Condition with { Kind = AlertKind.Stale, Window = TimeSpan.FromMinutes(5) } };
        await SayAsync(rules, silence);

        await surroundings.WhileRunningAsync(builder => builder.AddAlerts(), async () =>
        {
            foreach (var (hour, main, signal) in new[] { (0, 1.0, 0.5), (1, 0.4, 0.5) })
            {
                var value = new MacdValue
                {
                    Figi = new Figi(Figis[0]), OpenTime = Rules.Morning.AddHours(hour), Close = Price.FromDecimal(300), MainLine = main,
                    SignalLine = signal, Histogram = main - signal, Final = true, Parameters = new MacdParameters(12, 26, 9), Epoch = 0,
                };
                await values.DeliverAsync(new CandleKey(value.Figi, value.OpenTime).ToString(), value, default);
            }
            await SayAsync(candles, Bitcoin, 0, 59_000);
            await Eventually.TrueAsync(() => events.Latest.Count == 3);
        });

        Assert.Equal(["macd", "rate", "silence"], events.Latest.Values.Select(one => one.RuleId).Order());
        Assert.Equal(Rules.Morning.AddHours(1), events.Latest.Values.Single(one => one.RuleId == "macd").OpenTime);
    }

    private static async Task WithTwoReplicasAsync(ServiceSurroundings surroundings, Func<Task> see)
    {
        await using var other = new HostedServices(builder => builder.AddAlerts("alerts-2"), surroundings.Environment);
        await surroundings.WhileRunningAsync(builder => builder.AddAlerts("alerts-1"), see);
    }

    private static AlertRule RuleOf(string figi)
    {
        var rule = Rules.Of(AlertKind.CrossesAbove, 300);
        return rule with { Id = figi, Repeats = true, Since = Rules.Morning, Condition = rule.Condition with { Figi = new Figi(figi) } };
    }

    private static string KeyOf(string figi, int minute) =>
        new AlertEventKey(new Figi(figi), new AlertKey("anna", figi), Rules.Minute(minute)).ToString();

    private static Task SayAsync(TopicWriter<AlertRule> rules, AlertRule rule) => rules.DeliverAsync(rule.Key.ToString(), rule, default);

    private static Task SayAsync(TopicWriter<Candle> candles, string figi, int minute, decimal close)
    {
        var (price, key) = (Price.FromDecimal(close), new CandleKey(new Figi(figi), Rules.Minute(minute)));
        return candles.DeliverAsync(key.ToString(), new Candle
        {
            Figi = key.Figi, OpenTime = key.OpenTime, Open = price, High = price, Low = price, Close = price, Volume = 1, Final = true,
            Source = CandleSource.Stream,
        }, default);
    }
}
