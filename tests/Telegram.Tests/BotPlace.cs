using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Simulator.Telegram;
using StockPipeline.Streaming.Producing;
using StockPipeline.Surroundings;
using StockPipeline.TelegramService;
using StockPipeline.Testing;

namespace StockPipeline.TelegramTests;

/// <summary>A broker, a registry and Telegram; the tests run bots between them. Each test speaks from chats of its own.</summary>
public sealed class BotPlace : IAsyncLifetime
{
    public const string Token = "4242:bot";

    public static readonly Figi Sber = new("BBG004730N88");

    private ServiceSurroundings? surroundings;
    private TopicWriter<Candle>? candles;
    private TopicWriter<AlertEvent>? events;
    private TopicWriter<ChatLink>? links;

    public TelegramWorld World { get; } = new(TimeProvider.System, new TelegramLimits { ChatPerSecond = 50, Burst = 50 }, Token);

    public ServiceSurroundings Surroundings => surroundings!;

    /// <summary>Minutes that have closed: the oldest first.</summary>
    public DateTimeOffset Minute { get; } = Interval.OneMinute.Align(TimeProvider.System.GetUtcNow()).AddMinutes(-2);

    public async Task InitializeAsync()
    {
        surroundings = await ServiceSurroundings.StartAsync();
        await World.StartAsync(IPAddress.Loopback, 0, NullLoggerFactory.Instance, default);
        var (kafka, codecs, topics) = (Surroundings.Client.Kafka, Surroundings.Client.Codecs, Surroundings.Client.Topics);
        candles = kafka.WriteTo(topics.Candles(Interval.OneMinute), await codecs.CandlesAsync(Interval.OneMinute, default));
        events = kafka.WriteTo(AlertTopics.Events, await codecs.Alerts.EventsAsync(default));
        links = kafka.WriteTo(AlertTopics.Links, await codecs.Alerts.LinksAsync(default));
        await Surroundings.ConfigureAsync(ConfigRecord.Of(new Instrument
        {
            Figi = Sber, Ticker = "SBER", ClassCode = "TQBR", Uid = "uid", Name = "Sberbank", Currency = "rub", Lot = 10,
            MinPriceIncrement = Price.Parse("0.01"), Exchange = "MOEX", Weekend = false,
        }));
        for (var minute = -30; minute < 0; minute++)
            await SayAsync(Minute.AddMinutes(minute), 300 + (minute % 7));
        var macd = kafka.WriteTo(topics.Macd(Interval.OneMinute), await codecs.MacdAsync(Interval.OneMinute, default));
        for (var minute = -30; minute < 0; minute++)
        {
            var value = new MacdValue
            {
                Figi = Sber, OpenTime = Minute.AddMinutes(minute), Close = Price.FromDecimal(300), MainLine = minute / 10.0, SignalLine = -1,
                Histogram = 1 + (minute / 10.0), Final = true, Parameters = new MacdParameters(12, 26, 9), Epoch = 0,
            };
            await macd.DeliverAsync(new CandleKey(Sber, value.OpenTime).ToString(), value, default);
        }
        var rates = kafka.WriteTo(RatesTopics.Rates, await codecs.RatesAsync(default));
        var now = TimeProvider.System.GetUtcNow();
        var rate = new Rate
        {
            Pair = RatePair.Parse("bitcoin-usd"), Source = "binance", Symbol = "BTCUSDT", Price = 67_000.5m, Kind = RateKind.Trade, EventTime = now,
            ReceivedTime = now, ProvenTime = now, MaxAge = TimeSpan.FromMinutes(10), MinuteOpen = 67_000, MinuteHigh = 67_001, MinuteLow = 66_999,
            MinuteUpdates = 3,
        };
        await rates.DeliverAsync(rate.Key.ToString(), rate, default);
    }

    public async Task DisposeAsync()
    {
        await World.DisposeAsync();
        await Surroundings.DisposeAsync();
    }

    /// <summary>A bot, until it is disposed.</summary>
    public HostedServices Bot(params (string Name, string Value)[] settings) => new(
        builder => builder.AddTelegram(),
        [
            .. Surroundings.Environment, new("TELEGRAM_TOKEN", Token), new("TELEGRAM_API", World.Endpoint.ToString()),
            .. settings.Select(one => KeyValuePair.Create(one.Name, one.Value)),
        ]);

    /// <summary>Says something to the bot and waits for what it answers.</summary>
    public async Task<TelegramMessage> AskAsync(long chat, string text, string language = "en")
    {
        var before = World.Chats.MessagesOf(chat).Count;
        World.Chats.Say(chat, text, language);
        return (await Eventually.SeeAsync(() => World.Chats.MessagesOf(chat), messages => messages.Count > before))[^1];
    }

    public Task SayAsync(DateTimeOffset openTime, decimal close)
    {
        var price = Price.FromDecimal(close);
        return candles!.DeliverAsync(new CandleKey(Sber, openTime).ToString(), new Candle
        {
            Figi = Sber, OpenTime = openTime, Open = price, High = price, Low = price, Close = price, Volume = 5, Final = true,
            Source = CandleSource.Stream,
        }, default);
    }

    public Task SayAsync(AlertEvent one) => events!.DeliverAsync(one.Key.ToString(), one, default);

    public Task LinkAsync(string code, string account) => links!.DeliverAsync(
        ChatLink.KeyOf(code), new ChatLink { Account = account, Expires = TimeProvider.System.GetUtcNow().AddMinutes(10) }, default);

    /// <summary>An event of somebody's rule, one for each minute.</summary>
    public AlertEvent EventOf(string owner, int minute) => new()
    {
        Owner = owner, RuleId = "r", OpenTime = Minute.AddMinutes(minute), Value = 301, Threshold = 300, SaidAt = TimeProvider.System.GetUtcNow(),
        Condition = new AlertCondition { Figi = Sber, Name = "SBER", Interval = Interval.OneMinute, Kind = AlertKind.Above, Level = 300 },
    };

    public static string OwnerOf(long chat) => string.Create(CultureInfo.InvariantCulture, $"telegram:{chat}");
}
