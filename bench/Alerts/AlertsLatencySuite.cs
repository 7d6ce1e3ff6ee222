using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Simulator.Telegram;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Alerts;

/// <summary>
/// From a final candle to the message that Telegram has accepted: broker, worker of alerts and bot, each a process of its own, ten events a second
/// in a hundred chats.
/// </summary>
internal sealed class AlertsLatencySuite : ISuite
{
    private const int Chats = 100;
    private const int Events = 400;
    private const double MostP99Ms = 300;
    private const string Token = "1:bench";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public string Name => "alerts-latency";

    public async Task RunAsync(Report report)
    {
        using var folder = new TempFolder();
        await using var world = new TelegramWorld(TimeProvider.System, new TelegramLimits { ChatPerSecond = 5 });
        await world.StartAsync(IPAddress.Loopback, 0, NullLoggerFactory.Instance, default);
        await using var cluster = await Cluster.StartAsync(
            folder, ("TELEGRAM_TOKEN", Token), ("TELEGRAM_API", world.Endpoint.ToString()));
        await using var client = cluster.Client();
        var rules = client.Kafka.WriteTo(AlertTopics.Rules, await client.Codecs.Alerts.RulesAsync(default));
        var candles = client.Kafka.WriteTo(
            client.Topics.Candles(Interval.OneMinute), await client.Codecs.CandlesAsync(Interval.OneMinute, default));
        var minute = Interval.OneMinute.Align(TimeProvider.System.GetUtcNow()).AddMinutes(-1);
        for (var chat = 1; chat <= Chats; chat++)
        {
            var rule = RuleOf(chat, minute);
            await rules.DeliverAsync(rule.Key.ToString(), rule, default);
        }
        var (alerts, bot) = (cluster.Start("AlertsService"), cluster.Start("TelegramService"));
        for (var chat = 1; chat <= Chats; chat++)
            world.Chats.Say(chat, "/start");
        await Eventually.TrueAsync(() => Enumerable.Range(1, Chats).All(chat => world.Chats.MessagesOf(chat).Count == 1));

        var sent = new List<DateTimeOffset>();
        for (var number = 0; number < Events; number++)
        {
            sent.Add(TimeProvider.System.GetUtcNow());
            var candle = CandleOf(number % Chats + 1, minute.AddMinutes(number / Chats));
            await candles.DeliverAsync(new CandleKey(candle.Figi, candle.OpenTime).ToString(), candle, default);
            await Task.Delay(Pause, TimeProvider.System);
        }
        await Eventually.TrueAsync(() => Enumerable.Range(1, Chats).All(chat => world.Chats.MessagesOf(chat).Count == 1 + (Events / Chats)));
        alerts.ThrowIfEnded("the worker of alerts");
        bot.ThrowIfEnded("the bot");
        var latencies = new LatencyHistogram();
        for (var number = 0; number < Events; number++)
            latencies.Add(world.Chats.MessagesOf(number % Chats + 1)[1 + (number / Chats)].AcceptedAt - sent[number]);
        report.Add("final candle to message accepted, 10 events/s: p50", latencies.Percentile(50), "ms");
        report.Add("final candle to message accepted: p99", latencies.Percentile(99), "ms", Bar.AtMost(MostP99Ms));
    }

    private static Figi FigiOf(int chat) => new(string.Create(CultureInfo.InvariantCulture, $"BBG{chat:000000000}"));

    private static AlertRule RuleOf(int chat, DateTimeOffset since) => new()
    {
        Owner = ChatState.OwnerOf(chat), Id = "bench", Since = since, Repeats = true,
        Condition = new AlertCondition { Figi = FigiOf(chat), Name = $"B{chat}", Interval = Interval.OneMinute, Kind = AlertKind.Closed },
    };

    private static Candle CandleOf(int chat, DateTimeOffset openTime)
    {
        var price = Price.FromDecimal(300);
        return new Candle
        {
            Figi = FigiOf(chat), OpenTime = openTime, Open = price, High = price, Low = price, Close = price, Volume = 1, Final = true,
            Source = CandleSource.Stream,
        };
    }
}
