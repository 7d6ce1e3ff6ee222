using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Grpc.Core;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Clock;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using StockPipeline.Simulator;
using StockPipeline.Simulator.Faults;
using StockPipeline.SimulatorTests.Probing;

namespace StockPipeline.SimulatorTests;

public sealed class FaultTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 10, 9, 0, 30, TimeSpan.Zero);

    private MarketSimulator simulator = null!;
    private readonly HttpClient control = new();
    private ApiProbe probe = null!;

    public async Task InitializeAsync()
    {
        simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Speed = 60 });
        probe = new ApiProbe(simulator.Endpoint);
    }

    public async Task DisposeAsync()
    {
        control.Dispose();
        probe.Dispose();
        await simulator.DisposeAsync();
    }

    [Theory]
    [InlineData(FaultKind.Unavailable, StatusCode.Unavailable, null)]
    [InlineData(FaultKind.Unauthenticated, StatusCode.Unauthenticated, 40003)]
    [InlineData(FaultKind.ResourceExhausted, StatusCode.ResourceExhausted, 80002)]
    [InlineData(FaultKind.InternalError, StatusCode.Internal, 70002)]
    [InlineData(FaultKind.PermissionDenied, StatusCode.PermissionDenied, 40002)]
    [InlineData(FaultKind.ProxyPage, StatusCode.PermissionDenied, null)]
    public async Task A_call_is_refused_as_often_as_the_rule_says(FaultKind kind, StatusCode code, int? apiCode)
    {
        simulator.Faults.Set(new FaultRule { Kind = kind, Limit = 2, Method = "GetUserTariff" });

        var answers = new List<CallStatus>();
        for (var call = 0; call < 3; call++)
            answers.Add((await probe.AskAsync(ApiMethods.GetUserTariff, new GetUserTariffRequest())).Status);

        Assert.All(answers.Take(2), answer => Assert.Equal((code, apiCode), (answer.Code, answer.ApiCode)));
        Assert.True(answers[2].Code == StatusCode.OK);
        Assert.Equal(2, simulator.Faults.Struck(kind));
    }

    [Fact]
    public async Task A_dropped_stream_ends_as_unavailable()
    {
        using var stream = await probe.OpenStreamAsync(ApiRequests.Subscribe(SubscriptionInterval.OneMinute, "SBER_TQBR"));
        await stream.ReadAsync();

        simulator.Faults.Set(new FaultRule { Kind = FaultKind.DropStream, Limit = 1 });

        Assert.Equal(StatusCode.Unavailable, (await stream.EndAsync()).Code);
    }

    [Theory]
    [InlineData("reset", 1)]
    [InlineData("go-away", 2)]
    [InlineData("abort", 2)]
    public async Task A_stream_dropped_without_a_status_takes_its_connection_along_where_the_rule_says_so(string manner, int connections)
    {
        var opened = 0;
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, stop) =>
            {
                opened++;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var own = new ApiProbe(simulator.Endpoint, handler: handler);
        using var stream = await own.OpenStreamAsync(ApiRequests.Subscribe(SubscriptionInterval.OneMinute, "SBER_TQBR"));
        await stream.ReadAsync();

        var faults = new Uri(simulator.ControlEndpoint, "/faults");
        var answer = await control.PostAsJsonAsync(faults, new[] { new { kind = "drop-stream", limit = 1, manner } });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(StatusOrigin.Network, (await stream.EndAsync()).Origin);
        await StockPipeline.Testing.Eventually.SeeAsync(
            async () =>
            {
                Assert.Equal(StatusCode.OK, (await own.AskAsync(ApiMethods.GetUserTariff, new GetUserTariffRequest())).Status.Code);
                return opened;
            },
            count => count == connections);
    }

    [Fact]
    public async Task A_mute_stream_says_nothing_and_then_goes_on()
    {
        using var stream = await probe.OpenStreamAsync(ApiRequests.Subscribe(SubscriptionInterval.OneMinute, "SBER_TQBR"));
        // By the trades it tells of and not by the clock: a busy machine reads late.
        var heard = new List<DateTimeOffset> { await TradeAsync() };
        simulator.Faults.Set(new FaultRule { Kind = FaultKind.MuteStream, Limit = 1, Lasting = TimeSpan.FromMinutes(2) });

        while (heard[^1] < heard[0].AddMinutes(4))
            heard.Add(await TradeAsync());

        Assert.Contains(heard.Zip(heard.Skip(1)), pair => pair.Second - pair.First > TimeSpan.FromSeconds(90));

        async Task<DateTimeOffset> TradeAsync() =>
            (await stream.ReadUntilAsync(message => message.Candle is not null)).Candle.LastTradeTs.ToDateTimeOffset();
    }

    [Fact]
    public async Task Lost_candles_are_missing_from_the_stream_and_not_from_history()
    {
        simulator.Faults.Set(new FaultRule { Kind = FaultKind.LoseCandle, Instrument = "SBER" });
        using var stream = await probe.OpenStreamAsync(ApiRequests.Subscribe(SubscriptionInterval.OneMinute, "SBER_TQBR", "GAZP_TQBR"));

        for (var seen = 0; seen < 20; seen++)
            Assert.Equal("GAZP", (await stream.ReadUntilAsync(message => message.Candle is not null)).Candle.Ticker);

        var history = await HistoryAsync("SBER_TQBR", TimeSpan.FromMinutes(5));
        Assert.Equal(5, history.Count);
        Assert.True(simulator.Faults.Struck(FaultKind.LoseCandle) > 0);
    }

    [Fact]
    public async Task A_malformed_frame_breaks_the_reader()
    {
        using var stream = await probe.OpenStreamAsync(ApiRequests.Subscribe(SubscriptionInterval.OneMinute, "SBER_TQBR"));
        await stream.ReadUntilAsync(message => message.Candle is not null);

        simulator.Faults.Set(new FaultRule { Kind = FaultKind.MalformedFrame, Limit = 1, Instrument = "SBER" });

        Assert.NotEqual(StatusCode.OK, (await stream.EndAsync()).Code);
    }

    [Fact]
    public async Task Late_history_lacks_the_newest_closed_candles()
    {
        simulator.Faults.Set(new FaultRule { Kind = FaultKind.LateHistory, Lasting = TimeSpan.FromMinutes(30) });

        var candles = await HistoryAsync("SBER_TQBR", TimeSpan.FromHours(1));

        Assert.InRange(candles.Count, 25, 32);
    }

    [Fact]
    public async Task Halts_and_splits_are_set_while_the_market_runs()
    {
        var answer = await control.PostAsJsonAsync(new Uri(simulator.ControlEndpoint, "/faults"), new object[]
        {
            new { kind = "halt-instrument", instrument = "SIMH", limit = 1, lasting = "01:00:00" },
            new { kind = "split-instrument", instrument = "LKOH", limit = 1, ratio = 10 },
        });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        await StockPipeline.Testing.Eventually.TrueAsync(() => simulator.Faults.Report().Last.Count == 2);

        var status = await probe.CallAsync(ApiMethods.GetTradingStatus, new GetTradingStatusRequest { InstrumentId = "SIMH_TQBR" });
        Assert.Equal(SecurityTradingStatus.BreakInTrading, status.TradingStatus);
        Assert.Empty(simulator.Market.Candles(simulator.Market.Share("SIMH").Figi, Interval.OneMinute, Noon.AddMinutes(30), Noon.AddMinutes(55)));
        var old = await HistoryAsync("LKOH_TQBR", TimeSpan.FromHours(1));
        Assert.All(old, candle => Assert.InRange(candle.Close.Units, 60, 3000));
    }

    [Fact]
    public async Task Wrong_rules_are_refused_with_the_reason()
    {
        var faults = new Uri(simulator.ControlEndpoint, "/faults");
        foreach (var body in new[]
        {
            """[{"kind":"explode"}]""", """[{"kind":"drop-stream","probability":2}]""", """[{"kind":"halt-instrument"}]""", """[{"kid":1}]""",
            """[{"kind":"mute-stream","manner":"reset"}]""", "nonsense",
        })
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            var answer = await control.PostAsync(faults, content);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.NotEmpty((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString()!);
        }
        Assert.Empty(simulator.Faults.Report().Rules);
    }

    [Fact]
    public async Task The_port_of_the_API_has_no_control_pages()
    {
        foreach (var page in new[] { "/faults", "/clock" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(simulator.Endpoint, page))
            {
                Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            // Whatever port a client claims to have called: the one that it did call counts.
            request.Headers.Host = simulator.ControlEndpoint.Authority;
            Assert.Equal(HttpStatusCode.NotFound, (await control.SendAsync(request)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await control.GetAsync(new Uri(simulator.ControlEndpoint, page))).StatusCode);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_the_limit_is_refused_whether_its_length_is_told_or_not(bool tellsLength)
    {
        // Blanks are no mistake in JSON: only the limit ends the reading.
        using var content = new StringContent(new string(' ', 3 * 1024 * 1024), System.Text.Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(simulator.ControlEndpoint, "/faults")) { Content = content };
        request.Headers.TransferEncodingChunked = !tellsLength;

        var answer = await control.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Services_follow_the_clock_of_the_market()
    {
        var page = new Uri(simulator.ControlEndpoint, "/clock");

        var clock = await SimulatedClock.FollowAsync(control, page, TimeProvider.System, CancellationToken.None);

        Assert.Equal(60, clock.Speed);
        Assert.InRange((clock.GetUtcNow() - simulator.Clock.GetUtcNow()).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(2));
        Assert.Equal(TimeSpan.FromSeconds(1), clock.ToReal(TimeSpan.FromMinutes(1)));
    }

    private async Task<IReadOnlyList<HistoricCandle>> HistoryAsync(string id, TimeSpan before) =>
        (await probe.CallAsync(ApiMethods.GetCandles, ApiRequests.History(id, Interval.OneMinute, Noon - before, Noon))).Candles;
}
