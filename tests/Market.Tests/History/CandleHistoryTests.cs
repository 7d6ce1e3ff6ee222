using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Time;
using StockPipeline.Market.Contract;
using StockPipeline.Market.Errors;
using StockPipeline.Market.History;
using StockPipeline.MarketTests.Server;
using StockPipeline.Testing;
using static StockPipeline.MarketTests.Samples;

namespace StockPipeline.MarketTests.History;

public sealed class CandleHistoryTests
{
    private static readonly CancellationToken Stop = CancellationToken.None;
    private static readonly DateTimeOffset Now = Utc(2026, 1, 15, 12, 0, 30);

    [Theory]
    [MemberData(nameof(IntervalNames))]
    public async Task Every_candle_in_the_range_comes_once_and_no_other_whatever_the_bounds_mean(string name)
    {
        var interval = Interval.Parse(name);
        foreach (var (fromInside, toInside) in new[] { (true, false), (true, true), (false, false), (false, true) })
        {
            await using var fixture = await Fixture.StartAsync(request => EveryOpen(interval, request, fromInside, toInside));
            var from = interval.Align(Now - (interval.Length * 3000)) + TimeSpan.FromSeconds(1);
            var range = new TimeRange(from, interval.Align(Now - (interval.Length * 20)));

            var candles = await fixture.History.GetAsync(Sber, interval, range, Stop);

            var expected = new List<DateTimeOffset>();
            for (var open = interval.NextOpen(range.From); open < range.To; open += interval.Length)
                expected.Add(open);
            Assert.Equal(expected, candles.Select(candle => candle.OpenTime));
            Assert.All(candles, candle => Assert.True(candle.Final));
            Assert.All(fixture.Requests, request => Assert.InRange(Length(request), TimeSpan.Zero, CandleWindows.Of(interval).MaxPeriod));
            Assert.All(fixture.Requests, request => Assert.Equal(GetCandlesRequest.Types.CandleSource.Exchange, request.CandleSourceType));
        }
    }

    public static TheoryData<string> IntervalNames() => [.. Interval.All.Select(interval => interval.Name)];

    [Fact]
    public async Task Pages_follow_each_other_without_a_hole_and_empty_ones_are_pages_too()
    {
        await using var fixture = await Fixture.StartAsync(_ => []);
        var range = new TimeRange(Utc(2026, 1, 10), Utc(2026, 1, 13));

        var pages = await PagesAsync(fixture, Interval.OneMinute, range);

        Assert.Equal(range.From, pages[0].Proven.From);
        Assert.Equal(range.To, pages[^1].Proven.To);
        Assert.All(pages.Zip(pages.Skip(1)), pair => Assert.Equal(pair.First.Proven.To, pair.Second.Proven.From));
        Assert.All(pages, page => Assert.Empty(page.Candles));
    }

    [Fact]
    public async Task A_forming_candle_is_left_out_and_nothing_from_it_on_is_proven()
    {
        await using var fixture = await Fixture.StartAsync(
            _ => [Historic(Utc(2026, 1, 15, 10)), Historic(Utc(2026, 1, 15, 11)), Historic(Utc(2026, 1, 15, 12), complete: false)],
            new ManualClock(Utc(2026, 1, 15, 12, 1, 30)));

        var page = Assert.Single(await PagesAsync(fixture, Interval.OneHour, new TimeRange(Utc(2026, 1, 15, 10), Utc(2026, 1, 15, 14))));

        Assert.Equal([Utc(2026, 1, 15, 10), Utc(2026, 1, 15, 11)], page.Candles.Select(candle => candle.OpenTime));
        Assert.Equal(Utc(2026, 1, 15, 12), page.Proven.To);
    }

    [Fact]
    public async Task A_minute_that_may_not_have_reached_history_is_not_proven_empty()
    {
        var clock = new ManualClock(Utc(2026, 1, 15, 12, 0, 5));
        await using var fixture = await Fixture.StartAsync(_ => [], clock);

        var page = Assert.Single(await PagesAsync(fixture, Interval.OneMinute, new TimeRange(Utc(2026, 1, 15, 11, 50), Utc(2026, 1, 15, 12))));

        Assert.Equal(Utc(2026, 1, 15, 11, 59), page.Proven.To);
    }

    [Fact]
    public async Task A_period_the_api_finds_too_long_is_asked_in_halves_and_the_lesson_is_kept()
    {
        var interval = Interval.FiveMinutes;
        await using var fixture = await Fixture.StartAsync(request => Length(request) > TimeSpan.FromDays(1)
            ? throw ScriptedServer.Error(StatusCode.InvalidArgument, "30014")
            : EveryOpen(interval, request, fromInside: true, toInside: false));
        var range = new TimeRange(Utc(2026, 1, 1), Utc(2026, 1, 15));

        var first = await fixture.History.GetAsync(Sber, interval, range, Stop);
        var refusedAtFirst = fixture.Refused;
        var second = await fixture.History.GetAsync(Sber, interval, range, Stop);

        Assert.Equal(14 * 24 * 12, first.Count);
        Assert.Equal(first, second);
        Assert.True(refusedAtFirst > 0);
        Assert.Equal(refusedAtFirst, fixture.Refused);
    }

    [Fact]
    public async Task Before_the_first_candle_there_is_is_nothing_to_ask_for()
    {
        await using var fixture = await Fixture.StartAsync(request => EveryOpen(Interval.OneHour, request, fromInside: true, toInside: false));
        var young = Sber with { FirstMinuteCandle = Utc(2026, 1, 14, 7, 12) };

        var pages = new List<HistoryPage>();
        await foreach (var page in fixture.History.ReadAsync(young, Interval.OneHour, new TimeRange(Utc(2020, 1, 1), Utc(2026, 1, 14, 10)), Stop))
            pages.Add(page);

        Assert.Single(fixture.Requests);
        Assert.Equal(new TimeRange(Utc(2020, 1, 1), Utc(2026, 1, 14, 7)), pages[0].Proven);
        Assert.Equal(3, pages[1].Candles.Count);
    }

    [Fact]
    public async Task An_instrument_nobody_knows_is_told_as_such()
    {
        await using var fixture = await Fixture.StartAsync(_ => throw ScriptedServer.Error(StatusCode.NotFound, "50002"));

        var error = await Assert.ThrowsAsync<InvestApiException>(
            () => fixture.History.GetAsync(Sber, Interval.OneHour, new TimeRange(Utc(2026, 1, 1), Utc(2026, 1, 2)), Stop));

        Assert.True(error.IsFinal);
    }

    [Fact]
    public void The_table_has_every_interval_with_the_numbers_of_the_api()
    {
        Assert.Equal(Interval.All, CandleWindows.All.Select(window => window.Interval));
        Assert.All(CandleWindows.All, window => Assert.Equal(window.Interval.Number, (int)window.Api));
        Assert.All(CandleWindows.All, window => Assert.Equal(window.Interval.Number, (int)window.Subscription));
    }

    private static TimeSpan Length(GetCandlesRequest request) => request.To.ToDateTimeOffset() - request.From.ToDateTimeOffset();

    private static List<HistoricCandle> EveryOpen(Interval interval, GetCandlesRequest request, bool fromInside, bool toInside)
    {
        var (from, to) = (request.From.ToDateTimeOffset(), request.To.ToDateTimeOffset());
        var candles = new List<HistoricCandle>();
        for (var open = interval.Align(from); open <= to; open += interval.Length)
        {
            if ((open > from || (open == from && fromInside)) && (open < to || toInside))
                candles.Add(Historic(open));
        }
        return candles;
    }

    private static async Task<List<HistoryPage>> PagesAsync(Fixture fixture, Interval interval, TimeRange range)
    {
        var pages = new List<HistoryPage>();
        await foreach (var page in fixture.History.ReadAsync(Sber, interval, range, Stop))
            pages.Add(page);
        return pages;
    }

    private sealed class Fixture : IAsyncDisposable
    {
        private readonly ScriptedServer server;
        private readonly Market.Api.InvestApiClient client;

        private Fixture(ScriptedServer server, TimeProvider clock)
        {
            this.server = server;
            client = server.Client();
            History = new CandleHistory(client, clock, NullLogger<CandleHistory>.Instance);
        }

        public CandleHistory History { get; }

        public List<GetCandlesRequest> Requests { get; } = [];

        public int Refused { get; private set; }

        public static async Task<Fixture> StartAsync(Func<GetCandlesRequest, List<HistoricCandle>> answer, TimeProvider? clock = null)
        {
            var server = await ScriptedServer.StartAsync();
            var fixture = new Fixture(server, clock ?? new ManualClock(Now));
            server.Answer<GetCandlesRequest, GetCandlesResponse>("GetCandles", request =>
            {
                fixture.Requests.Add(request);
                try
                {
                    return new GetCandlesResponse { Candles = { answer(request) } };
                }
                catch (RpcException)
                {
                    fixture.Refused++;
                    throw;
                }
            });
            return fixture;
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await server.DisposeAsync();
        }
    }
}
