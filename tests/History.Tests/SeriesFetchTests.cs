using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.History;
using StockPipeline.Market.Api;
using StockPipeline.Market.History;
using StockPipeline.Market.Limits;
using StockPipeline.Simulator;
using StockPipeline.Storage;

namespace StockPipeline.HistoryTests;

public sealed class SeriesFetchTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-11-18T12:00:00Z", null);

    private readonly MemoryCache cache = new();
    private readonly CountingQuota quota = new();
    private MarketSimulator simulator = null!;
    private InvestApiClient api = null!;
    private Instrument sber = null!;

    public async Task InitializeAsync()
    {
        simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Seed = 5 });
        api = new InvestApiClient(new InvestApiOptions { Host = simulator.Endpoint.ToString() }, quota, NullLogger<InvestApiClient>.Instance);
        var listing = simulator.Market.Share("SBER");
        sber = new Instrument
        {
            Figi = listing.Figi, Ticker = listing.Ticker, ClassCode = listing.ClassCode, Uid = listing.Uid, Name = listing.Name,
            Currency = listing.Currency, Lot = listing.Lot, MinPriceIncrement = listing.MinPriceIncrement, Exchange = listing.Exchange,
            Weekend = listing.Weekend, FirstMinuteCandle = listing.FirstCandle, FirstDayCandle = listing.FirstCandle,
        };
    }

    public async Task DisposeAsync()
    {
        api.Dispose();
        await simulator.DisposeAsync();
    }

    [Theory]
    [InlineData("1-min")]
    [InlineData("5-min")]
    [InlineData("15-min")]
    [InlineData("30-min")]
    [InlineData("1-hour")]
    [InlineData("4-hour")]
    [InlineData("1-day")]
    public async Task The_candles_of_a_range_are_exactly_those_of_the_market(string name)
    {
        var interval = Interval.Parse(name);
        var range = new TimeRange(interval.Align(Noon - (300 * interval.Length)), interval.Align(Noon - TimeSpan.FromMinutes(5)));

        var fetched = await FetchAsync(interval, range);

        Assert.Equal(range, fetched.Proven);
        var truth = simulator.Market.Candles(sber.Figi, interval, range.From, range.To);
        Assert.NotEmpty(truth);
        Assert.Equal(truth.Select(candle => (candle.OpenTime, candle.Close, candle.Volume)), fetched.Candles.Select(candle => (candle.OpenTime,
            candle.Close, candle.Volume)));
        Assert.All(fetched.Candles, candle => Assert.True(candle.Final));
    }

    [Fact]
    public async Task What_is_known_is_never_asked_again_nights_included_and_only_the_rest_of_a_wider_range_is()
    {
        var night = new TimeRange(Noon.Date.AddHours(-2), Noon.Date.AddHours(2));
        await FetchAsync(Interval.OneMinute, night);
        var asked = quota.Taken;

        var again = await FetchAsync(Interval.OneMinute, night);
        Assert.Equal(asked, quota.Taken);
        Assert.Equal(0, again.Stretches);

        var wider = await FetchAsync(Interval.OneMinute, new TimeRange(night.From, night.To.AddHours(1)));
        Assert.Equal(1, wider.Stretches);
        Assert.Equal(asked + 1, quota.Taken);
    }

    [Fact]
    public async Task An_audit_asks_anew_and_raises_the_revision_of_what_differs()
    {
        var range = new TimeRange(Noon.AddHours(-2), Noon.AddHours(-1));
        var first = await FetchAsync(Interval.OneMinute, range);
        var wrong = first.Candles[3] with { Close = Price.FromUnits(1, 0) };
        await cache.StoreAsync(
            sber.Figi, Interval.OneMinute, new TimeRange(wrong.OpenTime, wrong.OpenTime.AddMinutes(1)), [wrong], CancellationToken.None);

        var audited = await FetchAsync(Interval.OneMinute, range, anew: true);

        Assert.Equal(1, audited.Candles[3].Revision);
        Assert.Equal(first.Candles[3].Close, audited.Candles[3].Close);
        Assert.All(audited.Candles.Where(candle => candle.OpenTime != wrong.OpenTime), candle => Assert.Equal(0, candle.Revision));
    }

    [Fact]
    public async Task What_is_still_forming_or_may_be_on_its_way_is_not_proven()
    {
        var fetched = await FetchAsync(Interval.OneHour, new TimeRange(Noon.AddHours(-3), Noon.AddHours(3)));

        Assert.True(fetched.Proven.To <= Noon);
        Assert.All(fetched.Candles, candle => Assert.True(candle.OpenTime + Interval.OneHour.Length <= simulator.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task A_candle_that_the_exchange_has_withdrawn_is_told_and_forgotten()
    {
        var range = new TimeRange(Noon.AddHours(-2), Noon.AddHours(-1));
        var night = Interval.OneMinute.Align(Noon.Date.AddHours(1));
        await FetchAsync(Interval.OneMinute, range);
        var phantom = new Candle
        {
            Figi = sber.Figi, OpenTime = night, Open = Price.FromUnits(1, 0), High = Price.FromUnits(1, 0), Low = Price.FromUnits(1, 0),
            Close = Price.FromUnits(1, 0), Volume = 1, Final = true, Source = CandleSource.History,
        };
        var stretch = new TimeRange(night.AddMinutes(-5), night.AddMinutes(5));
        await cache.StoreAsync(sber.Figi, Interval.OneMinute, stretch, [phantom], CancellationToken.None);

        var page = await Fetch().NextAsync(sber, Interval.OneMinute, stretch, stretch.To, anew: true, CancellationToken.None);

        Assert.Equal([night], page!.Withdrawn);
        Assert.Empty(await cache.ReadAsync(sber.Figi, Interval.OneMinute, stretch, CancellationToken.None));
    }

    [Fact]
    public async Task No_piece_of_a_year_of_minutes_is_longer_than_what_is_held_at_once()
    {
        var year = new TimeRange(Noon.AddDays(-365), Noon.AddDays(-1));
        var counts = new List<int>();
        var known = new TimeRange(Noon.AddDays(-300), Noon.AddDays(-290));
        await cache.StoreAsync(sber.Figi, Interval.OneMinute, known, simulator.Market.Candles(sber.Figi, Interval.OneMinute, known.From, known.To),
            CancellationToken.None);
        foreach (var at in (DateTimeOffset[])[year.From, known.From, known.From.AddDays(1)])
        {
            var page = await Fetch().NextAsync(
                sber, Interval.OneMinute, new TimeRange(at, year.To), year.To, anew: false, CancellationToken.None);
            counts.Add(page!.Candles.Count);
            Assert.InRange(page.Proven.Length, TimeSpan.FromHours(1), Interval.OneMinute.Length * SeriesFetch.MaxPage);
        }

        Assert.All(counts, count => Assert.InRange(count, 0, SeriesFetch.MaxPage));
        Assert.True(counts.Sum() > 0);
    }

    [Fact]
    public async Task What_has_come_since_the_question_comes_with_it_where_that_takes_no_further_request()
    {
        var range = new TimeRange(Noon.AddHours(-3), Noon.AddHours(-1));

        var page = await Fetch().NextAsync(sber, Interval.OneMinute, range, Noon.AddMinutes(-5), anew: false, CancellationToken.None);
        var again = await Fetch().NextAsync(sber, Interval.OneMinute, range, Noon.AddMinutes(-1), anew: false, CancellationToken.None);

        Assert.Equal(Noon.AddMinutes(-5), page!.Proven.To);
        Assert.Equal(1, quota.Taken);
        Assert.Equal((false, range), (again!.IsFetched, again.Proven));
    }

    /// <summary>The pieces of a range, put together.</summary>
    private async Task<(TimeRange Proven, IReadOnlyList<Candle> Candles, int Stretches)> FetchAsync(
        Interval interval, TimeRange range, bool anew = false)
    {
        var (at, candles, stretches, isLast) = (range.From, new List<Candle>(), 0, false);
        while (at < range.To && !isLast && await Fetch().NextAsync(
            sber, interval, new TimeRange(at, range.To), range.To, anew, CancellationToken.None) is { } page)
        {
            candles.AddRange(page.Candles);
            stretches += page.IsFetched ? 1 : 0;
            (at, isLast) = (page.Proven.To, page.IsLast);
        }
        return (new TimeRange(range.From, at), candles, stretches);
    }

    private SeriesFetch Fetch() => new(cache, new CandleHistory(api, simulator.Clock, NullLogger<CandleHistory>.Instance));

    private sealed class CountingQuota : IRequestQuota
    {
        private int taken;

        public int Taken => taken;

        public ValueTask AcquireAsync(RequestGroup group, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref taken);
            return ValueTask.CompletedTask;
        }

        public ValueTask ReportAsync(RequestGroup group, RateLimitReport report, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
