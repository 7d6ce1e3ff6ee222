using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Polygon;
using StockPipeline.Polygon.Bars;
using StockPipeline.Polygon.Calendar;
using StockPipeline.Polygon.Rest;
using StockPipeline.PolygonCollector;
using StockPipeline.Simulator.Polygon;
using StockPipeline.Streaming.Groups;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.PolygonTests;

/// <summary>From the simulated polygon.io into the topics.</summary>
public sealed class CollectorTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Evening = NewYork.At(new DateOnly(2026, 11, 25), new TimeOnly(20, 30));

    private readonly CancellationTokenSource stop = new();
    private ServiceSurroundings around = null!;
    private Task reading = Task.CompletedTask;

    public async Task InitializeAsync() => around = await ServiceSurroundings.StartAsync();

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAny(reading);
        await around.DisposeAsync();
        stop.Dispose();
    }

    [Fact]
    public async Task On_a_free_plan_the_day_comes_in_one_request_and_nothing_is_asked_too_often()
    {
        var clock = new ManualClock(Evening);
        await using var world = await PolygonWorld.StartAsync(new PolygonWorldOptions { Clock = clock, IsFree = true });
        using var polygon = new PolygonClient(Options(world, PolygonPlan.Free), clock);
        var (round, table, _) = await OpenAsync(polygon, clock, "AAPL,MSFT,DOCU");
        await using var days = new TopicReader<Candle>(
            around.Client, around.Client.Topics.Candles(Interval.OneDay), await around.Client.Codecs.CandlesAsync(Interval.OneDay, default));

        await Eventually.TrueAsync(() => Look(round, clock) && table.Instruments.Count == 3);
        await Eventually.TrueAsync(() => Look(round, clock) && days.Latest.Count == 3);

        Assert.Equal(0, world.Refusals);
        // Whoever shows them says how old what they say must be.
        Assert.All(table.Instruments, share => Assert.True(share.EndOfDay));
        var listing = world.Market.Find("DOCU")!;
        var expected = world.Market.Day(listing, new DateOnly(2026, 11, 25), Evening)!.Value;
        var candle = days.Latest[$"{listing.Figi}/2026-11-25T00:00:00Z"];
        Assert.Equal((expected.Open, expected.Close, (long)expected.Volume), (candle.Open.ToDecimal(), candle.Close.ToDecimal(), candle.Volume));
        Assert.True(candle.Final);
        // The day before Thanksgiving is whole, the one after it ends early.
        Assert.Equal(6.5, table.DayOf(new DateOnly(2026, 11, 25))!.Sessions[0].Range.Length.TotalHours);
        Assert.Empty(table.DayOf(new DateOnly(2026, 11, 26))!.Sessions);
        Assert.Equal(3.5, table.DayOf(new DateOnly(2026, 11, 27))!.Sessions[0].Range.Length.TotalHours);
    }

    [Fact]
    public async Task A_range_is_answered_with_the_candles_of_the_session_and_after_a_split_all_is_asked_anew()
    {
        var clock = new ManualClock(Evening);
        await using var world = await PolygonWorld.StartAsync(
            new PolygonWorldOptions
            {
                Clock = clock, Splits = new Dictionary<string, (DateOnly, int, int)> { ["TSLA"] = (new DateOnly(2026, 11, 24), 1, 4) },
            });
        using var polygon = new PolygonClient(Options(world, PolygonPlan.Paid), TimeProvider.System);
        var (round, table, writers) = await OpenAsync(polygon, clock, "TSLA");
        await using var tasks = new TopicReader<HistoryTask>(
            around.Client, around.Client.Topics.HistoryAction, await around.Client.Codecs.HistoryTasksAsync(default));
        await using var gaps = new TopicReader<Gap>(around.Client, around.Client.Topics.Gaps, await around.Client.Codecs.GapsAsync(default));
        await using var candles = new TopicReader<Candle>(
            around.Client, around.Client.Topics.Candles(Interval.FiveMinutes),
            await around.Client.Codecs.CandlesAsync(Interval.FiveMinutes, default));
        var history = new UsHistory(polygon, table, writers, isFree: false, clock, clock, NullLogger.Instance);
        await Eventually.TrueAsync(() => Look(round, clock) && table.Instruments.Count == 1);

        var figi = table.Instruments[0].Figi;
        var monday = CandleRollup.Start(new DateOnly(2026, 11, 23));
        var asked = new HistoryTask
        {
            Figi = figi, Interval = Interval.FiveMinutes, From = monday, To = monday.AddDays(1), Reason = HistoryReason.Gap, Attempt = 1,
            Id = Guid.Empty,
        };
        await history.HandleAsync(new GroupRecord<HistoryTask>([], asked, 0, 0, 0), default);

        await Eventually.TrueAsync(() => gaps.Latest.Count == 1 && candles.Latest.Count == 78);
        Assert.Equal((GapState.Filled, monday, monday.AddDays(1)), gaps.Latest.Values.Select(one => (one.State, one.From, one.To)).Single());
        var listing = world.Market.Find("TSLA")!;
        var raw = world.Market.At(listing, NewYork.At(new DateOnly(2026, 11, 23), new TimeOnly(9, 30)), Evening)!.Value;
        var first = candles.Latest.Values.OrderBy(candle => candle.OpenTime).First();
        Assert.Equal(raw.Open / 4, first.Open.ToDecimal());
        // A collector that starts again does not know what was done before.
        var (again, _, _) = await OpenAsync(polygon, clock, "TSLA");
        await Eventually.TrueAsync(() => Look(again, clock)
            && tasks.Latest.Values.Count(task => task is { Reason: HistoryReason.Audit } && task.Figi == figi) == Interval.All.Count);
    }

    /// <summary>A round that goes on in the background while the clock is moved on.</summary>
    private bool Look(DailyRound round, ManualClock clock)
    {
        if (looking.Exception is { } failure)
            throw failure;
        if (looking.IsCompleted)
            looking = round.LookAsync(default);
        clock.Advance(TimeSpan.FromSeconds(2));
        return looking.IsCompleted;
    }

    private Task looking = Task.CompletedTask;

    private async Task<(DailyRound Round, UsTable Table, CandleWriters Writers)> OpenAsync(PolygonClient polygon, TimeProvider market, string tickers)
    {
        var options = new CollectorOptions { ApiKey = new Secret("key"), Stocks = tickers, CalendarDays = 10 };
        var client = around.Client;
        var table = new UsTable(client);
        reading = table.RunAsync(stop.Token);
        await table.Complete;
        var writers = await CandleWriters.OpenAsync(client, default);
        var config = client.Kafka.WriteTo(client.Topics.Config, await client.Codecs.ConfigAsync(default));
        var metadata = new Metadata(options);
        var keeper = new SharesKeeper(polygon, table, config, metadata, options, market, NullLogger.Instance);
        return (new DailyRound(polygon, keeper, table, writers, client, metadata, market, NullLogger.Instance), table, writers);
    }

    private static PolygonOptions Options(PolygonWorld world, PolygonPlan plan) => new()
    {
        ApiKey = new Secret("key"), Plan = plan, Rest = world.Endpoint, Socket = world.SocketEndpoint,
    };
}
