using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Gateway;
using StockPipeline.GatewayTests.Page;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Streaming.Producing;
using StockPipeline.Surroundings;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Testing;
using StockPipeline.Workers;

namespace StockPipeline.GatewayTests.Service;

/// <summary>A broker with candles and values of three shares, and gateways in processes of their own that can be killed.</summary>
public sealed class GatewaySite : IAsyncLifetime
{
    public const int Minutes = 400;

    public static readonly DateTimeOffset Open = new(2026, 11, 20, 7, 0, 0, TimeSpan.Zero);

    private readonly List<ChildProcess> gateways = [];
    private readonly CancellationTokenSource stop = new();
    private ServiceSurroundings surroundings = null!;
    private readonly int secondPort = FreePorts.Take(1)[0];
    private Task<HostedServices>? second;
    private Task<PipelineClient>? worker;
    private Task working = Task.CompletedTask;
    private TopicWriter<Candle> candles = null!;
    private TopicWriter<Candle> longCandles = null!;
    private TopicWriter<MacdValue> values = null!;
    private TopicWriter<IndicatorValue> strength = null!;
    private TopicWriter<IndicatorValue> bands = null!;

    public static Figi Sber { get; } = new("BBG004730N88");

    public static Figi Yandex { get; } = new("TCS00A107T19");

    public static Figi Gazprom { get; } = new("BBG004730RP0");

    /// <summary>For tests that change nothing.</summary>
    public int Port { get; private set; }

    public HttpClient Http { get; } = new();

    /// <summary>For tests that write to other topics.</summary>
    public PipelineClient Client => surroundings.Client;

    /// <summary>One browser for all tests.</summary>
    internal SharedBrowser Browser { get; } = new();

    public Uri Url(string path, int? port = null) => new($"http://127.0.0.1:{port ?? Port}{path}");

    public async Task InitializeAsync()
    {
        surroundings = await ServiceSurroundings.StartAsync();
        var client = surroundings.Client;
        candles = client.Kafka.WriteTo(client.Topics.Candles(Interval.OneMinute), await client.Codecs.CandlesAsync(Interval.OneMinute, default));
        longCandles = client.Kafka.WriteTo(
            client.Topics.Candles(Interval.FourHours), await client.Codecs.CandlesAsync(Interval.FourHours, default));
        values = client.Kafka.WriteTo(client.Topics.Macd(Interval.OneMinute), await client.Codecs.MacdAsync(Interval.OneMinute, default));
        strength = await IndicatorAsync("rsi");
        bands = await IndicatorAsync("bollinger");
        await surroundings.ConfigureAsync(
            ConfigRecord.Of(Share(Sber, "SBER", "Sberbank")), ConfigRecord.Of(Share(Yandex, "YDEX", "Yandex")),
            ConfigRecord.Of(Share(Gazprom, "GAZP", "Gazprom")));
        for (var minute = 0; minute < Minutes; minute++)
        {
            await SayAsync(Sber, minute, 300 + (minute % 50), wait: false);
            await SayAsync(Yandex, minute, 4_000 + minute, wait: false);
        }
        await client.Kafka.FlushAsync(default);
        Port = FreePorts.Take(1)[0];
        await StartAsync(Port);
    }

    /// <summary>Lets tasks be done from here on, by a worker in this process: one for all tests.</summary>
    public async Task WorkAsync()
    {
        Task<PipelineClient> begun;
        lock (gateways)
            begun = worker ??= BeginAsync();
        await begun;

        async Task<PipelineClient> BeginAsync()
        {
            var client = surroundings.CreateClient("tasks");
            var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var loop = new TaskWorkerLoop(
                client, new TaskWorkerOptions(), TimeProvider.System, Metrics.Of("tasks", TimeProvider.System), TimeProvider.System,
                NullLoggerFactory.Instance)
            {
                Ready = () => ready.TrySetResult(),
            };
            working = loop.RunAsync(stop.Token);
            await await Task.WhenAny(ready.Task, working);
            return client;
        }
    }

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (worker is not null)
            await (await worker).DisposeAsync();
        stop.Dispose();
        Http.Dispose();
        await Browser.LeaveAsync();
        if (second is not null)
            await (await second).DisposeAsync();
        foreach (var gateway in gateways)
            await gateway.DisposeAsync();
        await surroundings.DisposeAsync();
    }

    public async Task SayAsync(AlertEvent one)
    {
        var client = surroundings.Client;
        var events = client.Kafka.WriteTo(AlertTopics.Events, await client.Codecs.Alerts.EventsAsync(default));
        await events.DeliverAsync(one.Key.ToString(), one, default);
    }

    /// <summary>
    /// One more gateway in a process of its own, for who kills it; back once it is ready. Whoever needs it no longer ends it: each one left takes
    /// from all tests after it.
    /// </summary>
    public async Task<ChildProcess> StartAsync(int port)
    {
        var gateway = ChildProcess.StartDotnet("StockPipeline.Gateway.dll", [], Settings(port));
        gateways.Add(gateway);
        await IsReadyAsync(port, () => Assert.False(gateway.HasExited, gateway.Said));
        return gateway;
    }

    /// <summary>One more gateway in this process, which takes a fraction of the time; back once it is ready.</summary>
    public async Task<HostedServices> HostAsync(int port, params (string Name, string Value)[] more)
    {
        var gateway = new HostedServices(builder => builder.AddGateway(), [
            .. Settings(port), KeyValuePair.Create("LOG_LEVEL", "none"), .. more.Select(one => KeyValuePair.Create(one.Name, one.Value)),
        ]);
        await gateway.SeeAsync(() => IsReadyAsync(port, static () => { }));
        return gateway;
    }

    /// <summary>The port of a second gateway, which also lets clients of the old one in: one for all tests that need two and kill none.</summary>
    public async Task<int> SecondAsync()
    {
        Task<HostedServices> begun;
        lock (gateways)
            begun = second ??= HostAsync(secondPort, ("LEGACY_GATEWAY", "true"));
        await begun;
        return secondPort;
    }

    private Dictionary<string, string> Settings(int port) => new(surroundings.Environment)
    {
        ["GATEWAY_PORT"] = port.ToString(CultureInfo.InvariantCulture), ["LOG_LEVEL"] = "warning", ["GATEWAY_REQUESTS_A_MINUTE"] = "100000",
    };

    private Task<bool> IsReadyAsync(int port, Action look) => Eventually.SeeAsync(async () =>
    {
        look();
        try
        {
            using var answer = await Http.GetAsync(Url("/health/ready", port));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }, isReady => isReady, promise: $"the gateway of port {port} is ready");

    /// <summary>A candle and its value.</summary>
    public async Task SayAsync(Figi figi, int minute, double close, long epoch = 0, bool final = true, bool wait = true)
    {
        var (openTime, price) = (Open.AddMinutes(minute), Price.FromDecimal((decimal)close));
        var key = new CandleKey(figi, openTime).ToString();
        var candle = new Candle
        {
            Figi = figi, OpenTime = openTime, Open = price, High = Price.FromDecimal((decimal)close + 1),
            Low = Price.FromDecimal((decimal)close - 1), Close = price, Volume = 100 + minute, Final = final, Source = CandleSource.Stream,
            Revision = (int)epoch,
        };
        var value = new MacdValue
        {
            Figi = figi, OpenTime = openTime, Close = price, MainLine = Math.Sin(minute / 9d) + epoch, SignalLine = Math.Sin((minute - 4) / 9d),
            Histogram = Math.Sin(minute / 9d) + epoch - Math.Sin((minute - 4) / 9d), Final = final, Parameters = MacdParameters.Default,
            Epoch = epoch,
        };
        var rsi = Indicator(candle, "rsi", epoch, new IndicatorLine("rsi", 50 + (40 * Math.Sin(minute / 15d))));
        // The band has no upper line in its first minutes, as some indicators begin one line after the other.
        IndicatorLine[] lines = [new("upper", close + 5), new("middle", close), new("lower", close - 5)];
        var band = Indicator(candle, "bollinger", epoch, minute < 5 ? lines[1..] : lines);
        if (wait)
        {
            await candles.DeliverAsync(key, candle, default);
            await values.DeliverAsync(key, value, default);
            await strength.DeliverAsync(key, rsi, default);
            await bands.DeliverAsync(key, band, default);
        }
        else
        {
            await candles.SendAsync(key, candle, default);
            await values.SendAsync(key, value, default);
            await strength.SendAsync(key, rsi, default);
            await bands.SendAsync(key, band, default);
        }
    }

    public Task WithdrawAsync(Figi figi, int minute) => candles.DeliverAsync(new CandleKey(figi, Open.AddMinutes(minute)).ToString(), null, default);

    /// <summary>A closed candle of four hours, which nothing else here has; nothing takes it back.</summary>
    public Task SayLongAsync(Figi figi, int number, double? close) => LongAsync(figi, number, close, longCandles.DeliverAsync);

    /// <summary>Many of them one after the other; <see cref="FlushAsync"/> waits for all.</summary>
    public Task SendLongAsync(Figi figi, int number, double? close) =>
        LongAsync(figi, number, close, (key, candle, cancellationToken) => longCandles.SendAsync(key, candle, cancellationToken).AsTask());

    public Task FlushAsync() => surroundings.Client.Kafka.FlushAsync(default);

    private static Task LongAsync(Figi figi, int number, double? close, Func<string, Candle?, CancellationToken, Task> say)
    {
        var (openTime, price) = (new DateTimeOffset(Open.Date, TimeSpan.Zero).AddHours(4 * number), Price.FromDecimal((decimal)(close ?? 0)));
        return say(new CandleKey(figi, openTime).ToString(), close is null ? null : new Candle
        {
            Figi = figi, OpenTime = openTime, Open = price, High = price, Low = price, Close = price, Volume = 1, Final = true,
            Source = CandleSource.History,
        }, default);
    }

    /// <summary>A US share as a free plan has it: followed with the candle of one day, or followed no longer.</summary>
    public async Task FollowEndOfDayAsync(bool isFollowed)
    {
        var (client, figi, day) = (surroundings.Client, new Figi("BBG000B9XRY4"), new DateTimeOffset(Open.Date, TimeSpan.Zero));
        var config = client.Kafka.WriteTo(client.Topics.Config, await client.Codecs.ConfigAsync(default));
        await config.DeliverAsync(
            ConfigKey.Of(figi).ToString(), isFollowed ? ConfigRecord.Of(Share(figi, "AAPL", "Apple") with { EndOfDay = true }) : null, default);
        var days = client.Kafka.WriteTo(client.Topics.Candles(Interval.OneDay), await client.Codecs.CandlesAsync(Interval.OneDay, default));
        await days.DeliverAsync(new CandleKey(figi, day).ToString(), isFollowed ? new Candle
        {
            Figi = figi, OpenTime = day, Open = Price.FromDecimal(190), High = Price.FromDecimal(192), Low = Price.FromDecimal(189),
            Close = Price.FromDecimal(191), Volume = 1_000, Final = true, Source = CandleSource.History,
        } : null, default);
        await Eventually.SeeAsync(
            () => Http.GetStringAsync(Url("/api/instruments?query=AAPL")),
            said => said.Contains("\"endOfDay\":true", StringComparison.Ordinal) == isFollowed);
    }

    private async Task<TopicWriter<IndicatorValue>> IndicatorAsync(string indicator) => surroundings.Client.Kafka.WriteTo(
        PipelineTopics.OfIndicator(indicator, Interval.OneMinute),
        await surroundings.Client.Codecs.IndicatorAsync(indicator, Interval.OneMinute, default));

    private static IndicatorValue Indicator(Candle candle, string name, long epoch, params IndicatorLine[] lines) => new()
    {
        Figi = candle.Figi, OpenTime = candle.OpenTime, Close = candle.Close, Final = candle.Final, Epoch = epoch, Indicator = name,
        Parameters = name == "rsi" ? "14" : "20,2", Lines = lines,
    };

    private static Instrument Share(Figi figi, string ticker, string name) => new()
    {
        Figi = figi, Ticker = ticker, ClassCode = "TQBR", Uid = ticker, Name = name, Currency = "rub", Lot = 1,
        MinPriceIncrement = Price.Parse("0.01"), Exchange = "exchange", Weekend = true,
    };
}
