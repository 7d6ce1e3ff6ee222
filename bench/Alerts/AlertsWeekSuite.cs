using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Alerts;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Simulator.Telegram;
using StockPipeline.Streaming.Producing;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Alerts;

/// <summary>
/// A week of minutes through worker and bot while candles come late, wrong and twice, both processes are killed, and Telegram does whatever it
/// can. At the end each alert that is true was told once, none was told that is not, and what was withdrawn says so.
/// </summary>
internal sealed class AlertsWeekSuite : ISuite
{
    private const int Hours = 7 * 24;
    private const int MinutesAnHour = 60;
    private const int Seed = 20261130;

    private static readonly AlertKind[] Kinds = [AlertKind.CrossesAbove, AlertKind.CrossesBelow, AlertKind.Moves, AlertKind.Above, AlertKind.Below];

    private readonly Random random = new(Seed);
    private readonly Dictionary<int, SortedDictionary<DateTimeOffset, double>> truth = [];
    private readonly DateTimeOffset begin = Interval.OneHour.Align(TimeProvider.System.GetUtcNow()).AddHours(-Hours);

    public string Name => "alerts-week";

    public async Task RunAsync(Report report)
    {
        using var folder = new TempFolder();
        await using var world = new TelegramWorld(TimeProvider.System);
        await world.StartAsync(IPAddress.Loopback, 0, NullLoggerFactory.Instance, default);
        await using var cluster = await Cluster.StartAsync(
            folder, ("TELEGRAM_TOKEN", "1:week"), ("TELEGRAM_API", world.Endpoint.ToString()), ("ALERTS_HISTORY", "20000"));
        await using var client = cluster.Client();
        var rules = client.Kafka.WriteTo(AlertTopics.Rules, await client.Codecs.Alerts.RulesAsync(default));
        var candles = client.Kafka.WriteTo(
            client.Topics.Candles(Interval.OneMinute), await client.Codecs.CandlesAsync(Interval.OneMinute, default));
        for (var chat = 1; chat <= Kinds.Length; chat++)
            await rules.DeliverAsync(RuleOf(chat).Key.ToString(), RuleOf(chat), default);
        var (alerts, bot) = (cluster.Start("AlertsService"), cluster.Start("TelegramService"));
        for (var chat = 1; chat <= Kinds.Length; chat++)
            world.Chats.Say(chat, "/start");
        await Eventually.TrueAsync(() => Enumerable.Range(1, Kinds.Length).All(chat => world.Chats.MessagesOf(chat).Count == 1));

        var owed = new List<(int Chat, DateTimeOffset Minute, double Close)>();
        for (var hour = 0; hour < Hours; hour++)
        {
            await HourAsync(candles, hour, owed);
            if (hour % 3 == 0)
                world.Faults.Set(new TelegramFault { Kind = (TelegramFaultKind)(hour / 3 % 7), Seconds = 0.5, Delay = 0.5 });
            if (hour % 24 == 11)
                alerts = await cluster.KillAndStartAsync(alerts, "AlertsService");
            if (hour % 24 == 17)
                bot = await cluster.KillAndStartAsync(bot, "TelegramService");
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        }
        world.Faults.Set();
        foreach (var (chat, minute, close) in owed)
            await SayAsync(candles, chat, minute, close);
        await JudgeAsync(report, world);
        alerts.ThrowIfEnded("the worker of alerts");
        bot.ThrowIfEnded("the bot");
    }

    private async Task HourAsync(TopicWriter<Candle> candles, int hour, List<(int Chat, DateTimeOffset Minute, double Close)> owed)
    {
        for (var minute = hour * MinutesAnHour; minute < (hour + 1) * MinutesAnHour; minute++)
        {
            for (var chat = 1; chat <= Kinds.Length; chat++)
            {
                var (at, close) = (begin.AddMinutes(minute), Close(chat, minute));
                truth.TryAdd(chat, []);
                truth[chat][at] = close;
                var luck = random.Next(1_000);
                if (luck < 6)
                {
                    owed.Add((chat, at, close));
                    if (luck < 3)
                        await SayAsync(candles, chat, at, close * (luck == 0 ? 1.05 : 0.96));
                    continue;
                }
                await SayAsync(candles, chat, at, close);
                if (luck > 990)
                    await SayAsync(candles, chat, at, close);
            }
        }
        foreach (var one in owed.Where(_ => random.Next(6) == 0).ToList())
        {
            await SayAsync(candles, one.Chat, one.Minute, one.Close);
            owed.Remove(one);
        }
    }

    private async Task JudgeAsync(Report report, TelegramWorld world)
    {
        var expected = Enumerable.Range(1, Kinds.Length).ToDictionary(chat => chat, Expected);
        HashSet<string> Standing(int chat) =>
            [.. Alerts(world, chat).Where(message => !message.Text.Contains("Withdrawn", StringComparison.Ordinal)).Select(Moment)];
        var missing = await SettledAsync(() => expected.Sum(one => one.Value.Except(Standing(one.Key)).Count()));
        await SettledAsync(() => expected.Sum(one => Standing(one.Key).Except(one.Value).Count()));
        var messages = expected.Keys.SelectMany(chat => Alerts(world, chat).Select(message => (Key: (chat, Moment(message)), message))).ToList();
        var (doubles, silent, wrong) = (0, 0, 0);
        foreach (var group in messages.GroupBy(one => one.Key))
        {
            var copies = group.OrderBy(one => one.message.MessageId).Select(one => one.message).ToList();
            doubles += copies.Count - 1;
            silent += copies.Skip(1).Count(copy => !copy.Text.Contains('⟳') && copy.Edits == 0);
            var isTrue = expected[group.Key.chat].Contains(group.Key.Item2);
            wrong += copies[^1].Text.Contains("Withdrawn", StringComparison.Ordinal) == isTrue ? 1 : 0;
        }
        report.Add("alerts that are true", expected.Sum(one => one.Value.Count), "", Bar.AtLeast(50));
        report.Add("of these, told to nobody", missing, "", Bar.AtMost(0));
        report.Add("messages whose last word is wrong", wrong, "", Bar.AtMost(0));
        report.Add("withdrawn in place", messages.Count(one => one.message.Edits > 0), "");
        report.Add("sent again because nobody can know, and saying so", doubles - silent, "");
        report.Add("sent again without saying so", silent, "", Bar.AtMost(0));
    }

    /// <summary>The last value of a count that becomes zero, or has not for a minute.</summary>
    private static async Task<int> SettledAsync(Func<int> count)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (count() > 0 && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        return count();
    }

    private HashSet<string> Expected(int chat)
    {
        var (board, changes, stands) = (new AlertBoard(20_000), new List<AlertChange>(), new HashSet<string>());
        foreach (var (at, close) in truth[chat])
        {
            var price = (double)Math.Round((decimal)close, 2);
            board.Take(Interval.OneMinute, AlertCondition.Candles, FigiOf(chat), at.ToUnixTimeMilliseconds(), true, [price, price, price], changes);
        }
        board.Put(RuleOf(chat), changes);
        board.Start(changes);
        foreach (var change in changes)
            stands.Add(Text(DateTimeOffset.FromUnixTimeMilliseconds(change.OpenTime)));
        return stands;
    }

    private static IEnumerable<TelegramMessage> Alerts(TelegramWorld world, int chat) =>
        world.Chats.MessagesOf(chat).Where(message => message.Text.Contains("🔔", StringComparison.Ordinal));

    private static string Moment(TelegramMessage message)
    {
        var at = message.Text.IndexOf(" UTC", StringComparison.Ordinal);
        return message.Text[(at - 19)..at];
    }

    private static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static double Close(int chat, int minute) =>
        300 * (1 + (0.02 * Math.Sin((minute / 170.0) + chat)) + (0.01 * Math.Sin((minute / 37.0) + (2 * chat))));

    private static Figi FigiOf(int chat) => new(string.Create(CultureInfo.InvariantCulture, $"BBG{chat:000000000}"));

    private AlertRule RuleOf(int chat)
    {
        var kind = Kinds[chat - 1];
        return new AlertRule
        {
            Owner = ChatState.OwnerOf(chat), Id = "week", Since = begin, Repeats = true, Margin = 0.002, Cooldown = TimeSpan.FromHours(2),
            Condition = new AlertCondition
            {
                Figi = FigiOf(chat), Name = $"W{chat}", Interval = Interval.OneMinute, Kind = kind, IsPercent = true,
                Level = kind == AlertKind.Moves ? 3 : 302, Window = TimeSpan.FromHours(2),
            },
        };
    }

    private static ValueTask SayAsync(TopicWriter<Candle> candles, int chat, DateTimeOffset openTime, double close)
    {
        var price = Price.FromDecimal(Math.Round((decimal)close, 2));
        return candles.SendAsync(new CandleKey(FigiOf(chat), openTime).ToString(), new Candle
        {
            Figi = FigiOf(chat), OpenTime = openTime, Open = price, High = price, Low = price, Close = price, Volume = 1, Final = true,
            Source = CandleSource.Stream,
        }, default);
    }
}
