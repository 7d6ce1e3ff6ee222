using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Parquet;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.PolygonCollector;
using StockPipeline.Streaming.Groups;
using StockPipeline.TasksTests.Support;
using StockPipeline.TaskWorkers.Kinds;
using StockPipeline.TaskWorkers.Reading;
using StockPipeline.Testing;

namespace StockPipeline.TasksTests;

/// <summary>The kinds of the product, over candles in topics.</summary>
public sealed class KindRunTests(TaskHouse house) : IClassFixture<TaskHouse>
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 20, 7, 0, 0, TimeSpan.Zero);
    private static readonly Instrument Share = new()
    {
        Figi = new Figi("FIGI00000001"), Ticker = "AAA", ClassCode = "TQBR", Uid = "u", Name = "A", Currency = "rub", Lot = 1,
        MinPriceIncrement = Price.FromDecimal(0.01m), Exchange = "MOEX", Weekend = false,
    };

    [Fact]
    public void A_window_ends_at_the_newest_candle_and_is_cut_into_its_buckets()
    {
        Bar[] bars = [.. Enumerable.Range(0, 48).Select(number => Bar.Of(Candle(Interval.FifteenMinutes, Morning.AddMinutes(15 * number), number)))];

        var hour = AggregateRunner.Aggregate(bars, TimeSpan.FromHours(1), Interval.FifteenMinutes);
        var day = AggregateRunner.Aggregate(bars, TimeSpan.FromDays(1), Interval.OneHour);

        Assert.Equal(4, hour.Count);
        Assert.Equal(Morning.AddMinutes(15 * 44), hour[0].IntervalStart);
        Assert.Equal(12, day.Count);
        Assert.Equal((100, 113, 99, 103, 4 * 10L), (day[0].OpeningPrice, day[0].MaxHighestPrice, day[0].MinLowestPrice, day[0].ClosingPrice,
            day[0].TotalVolume));
        Assert.Empty(AggregateRunner.Aggregate([], TimeSpan.FromHours(1), Interval.OneHour));
    }

    [Theory]
    [InlineData(0L, "0")]
    [InlineData(1_500_000_000L, "1.5")]
    [InlineData(-1L, "-0.000000001")]
    [InlineData(290_910_000_000L, "290.91")]
    [InlineData(Price.MaxNanos, "999999999.999999999")]
    public void A_price_is_written_exactly_and_as_short_as_it_can_be(long nanos, string text)
    {
        var buffer = new byte[32];

        Assert.Equal(text, Encoding.ASCII.GetString(buffer, 0, CsvCandleFile.WritePrice(buffer, nanos)));
        Assert.Equal(Price.FromNanos(nanos), Price.Parse(text));
    }

    [Fact]
    public async Task Candles_are_exported_closed_corrected_and_in_order_of_time_in_both_formats()
    {
        await FollowAsync();
        var interval = Interval.FiveMinutes;
        var candles = Enumerable.Range(0, 300).Select(number => Candle(interval, Morning.AddMinutes(5 * number), number)).ToList();
        // Written in another order than time, one of them corrected, and a forming one at the end.
        await WriteAsync(interval, candles.AsEnumerable().Reverse());
        var corrected = candles[7] with { Close = Price.FromDecimal(77.7m) };
        await WriteAsync(interval, [corrected, Candle(interval, Morning.AddMinutes(5 * 300), 300) with { Final = false }]);
        candles[7] = corrected;
        await using var door = await TaskDoor.OpenAsync(house.Client);
        await using var worker = await house.WorkAsync();

        var csv = await DownloadAsync(door, new { interval = "5-min", instruments = new[] { "AAA" } });
        var parquet = await DownloadAsync(door, new { interval = "5-min", format = "parquet" });

        var lines = Encoding.UTF8.GetString(csv).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("figi,ticker,interval,open_time,open,high,low,close,volume", lines[0]);
        Assert.Equal(candles.Select(Line), lines.Skip(1));
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(parquet));
        using var group = reader.OpenRowGroupReader(0);
        var closes = new decimal[300];
        await group.ReadAsync<decimal>(reader.Schema.GetDataFields().Single(one => one.Name == "close"), closes.AsMemory());
        Assert.Equal(candles.Select(candle => candle.Close.ToDecimal()), closes);
    }

    [Fact]
    public async Task Completeness_counts_what_is_there_what_is_proven_and_what_nobody_knows()
    {
        await FollowAsync();
        var interval = Interval.OneHour;
        await WriteAsync(interval, [Candle(interval, Morning, 0), Candle(interval, Morning.AddHours(1), 1)]);
        var gaps = house.Client.Kafka.WriteTo(house.Client.Topics.Gaps, await house.Client.Codecs.GapsAsync(default));
        foreach (var (hour, state) in new[] { (2, GapState.Empty), (3, GapState.Lost), (4, GapState.Requested) })
            await gaps.DeliverAsync($"{Share.Figi}/{interval}/{InstantText.Write(Morning.AddHours(hour))}", Gap(interval, hour, state), default);
        await using var door = await TaskDoor.OpenAsync(house.Client);
        await using var worker = await house.WorkAsync();

        var id = await door.StartAsync("anna", "completeness", new
        {
            interval = "1-hour", from = "2026-11-20T07:00:00Z", to = "2026-11-20T13:00:00Z", instruments = new[] { "AAA" },
        });
        await door.SeeAsync("anna", id, "succeeded");
        var row = (await door.GetAsync("anna", $"/api/tasks/{id}/result")).GetProperty("rows")[0];

        Assert.Equal(
            (6, 2, 1, 1, 2),
            (Number(row, "expected"), Number(row, "present"), Number(row, "proven_empty"), Number(row, "lost"), Number(row, "open")));
        Assert.Equal(Morning.AddHours(4), row.GetProperty("oldest_open").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_backfill_waits_until_every_stretch_is_answered()
    {
        await FollowAsync();
        await using var door = await TaskDoor.OpenAsync(house.Client);
        using var stop = new CancellationTokenSource();
        var asked = 0;
        var gaps = house.Client.Kafka.WriteTo(house.Client.Topics.Gaps, await house.Client.Codecs.GapsAsync(default));
        // A ledger that takes longer to read than all else a worker reads: what is answered meanwhile must be heard.
        for (var number = 0; number < 50_000; number++)
        {
            var from = Morning.AddHours(-number);
            var old = new Gap
            {
                Figi = new Figi("FIGIOFBEFORE"), Interval = Interval.OneHour, From = from, To = from.AddHours(1), State = GapState.Filled,
                Attempts = 1, Missing = 0, UpdatedAt = Morning,
            };
            await gaps.SendAsync(new GapKey(old.Figi, old.Interval, old.From).ToString(), old, default);
        }
        await house.Client.Kafka.FlushAsync(default);
        await using var worker = await house.WorkAsync();
        var history = house.Client.Kafka.ProcessGroup(
            "history", house.Client.Topics.HistoryAction, await house.Client.Codecs.HistoryTasksAsync(default),
            async (record, cancellationToken) =>
            {
                var task = record.Value;
                var state = Interlocked.Increment(ref asked) % 2 == 0 ? GapState.Empty : GapState.Filled;
                var answer = new Gap
                {
                    Figi = task.Figi, Interval = task.Interval, From = task.From, To = task.To, State = state, Attempts = task.Attempt, Missing = 0,
                    UpdatedAt = Morning,
                };
                await gaps.DeliverAsync(new GapKey(task.Figi, task.Interval, task.From).ToString(), answer, cancellationToken);
            },
            GroupOptions.Default).RunAsync(stop.Token);

        var id = await door.StartAsync("anna", "backfill", new { instrument = "aaa", interval = "1-hour", from = "2024-01-01", to = "2024-12-01" });

        var result = (await door.SeeAsync("anna", id, "succeeded")).GetProperty("result");
        Assert.Equal((5, 3, 2), (Number(result, "stretches"), Number(result, "filled"), Number(result, "empty")));
        Assert.Equal(5, asked);
        await stop.CancelAsync();
        await Task.WhenAny(history);
    }

    [Fact]
    public async Task A_refresh_asks_for_every_share_of_the_source_and_its_schedule_says_up_to_when_they_are_known()
    {
        await FollowAsync();
        var config = house.Client.Kafka.WriteTo(house.Client.Topics.Config, await house.Client.Codecs.ConfigAsync(default));
        foreach (var ticker in new[] { "USA", "USB" })
        {
            var share = new Instrument
            {
                Figi = new Figi($"BBG000000{ticker}"), Ticker = ticker, ClassCode = "XNAS", Uid = ticker, Name = ticker, Currency = "usd", Lot = 1,
                MinPriceIncrement = Price.FromDecimal(0.01m), Exchange = InstrumentSource.NewYork, Weekend = false, EndOfDay = true,
            };
            await config.DeliverAsync(ConfigKey.Of(share.Figi).ToString(), ConfigRecord.Of(share), default);
        }
        await using var door = await TaskDoor.OpenAsync(house.Client);
        using var stop = new CancellationTokenSource();
        var asked = new ConcurrentBag<HistoryTask>();
        var gaps = house.Client.Kafka.WriteTo(house.Client.Topics.Gaps, await house.Client.Codecs.GapsAsync(default));
        await using var worker = await house.WorkAsync();
        var collector = house.Client.Kafka.ProcessGroup(
            "polygon-history", house.Client.Topics.HistoryAction, await house.Client.Codecs.HistoryTasksAsync(default),
            async (record, cancellationToken) =>
            {
                var task = record.Value;
                if (!task.Figi.Value.Contains("US", StringComparison.Ordinal))
                    return;
                asked.Add(task);
                var answer = new Gap
                {
                    Figi = task.Figi, Interval = task.Interval, From = task.From, To = task.To, Attempts = task.Attempt, Missing = 0,
                    State = task.Figi.Value.EndsWith('A') ? GapState.Filled : GapState.Empty, UpdatedAt = Morning,
                };
                await gaps.DeliverAsync(new GapKey(task.Figi, task.Interval, task.From).ToString(), answer, cancellationToken);
            },
            GroupOptions.Default).RunAsync(stop.Token);
        await RefreshSchedule.EnsureAsync(house.Client, default);
        // Made once: what an administrator has changed stays when a collector starts anew.
        await RefreshSchedule.EnsureAsync(house.Client, default);

        var found = (await Eventually.SeeAsync<JsonElement?>(FindAsync, one => one is not null))!.Value;
        Assert.Equal(("refresh", RefreshSchedule.Cron), (found.GetProperty("type").GetString(), found.GetProperty("cron").GetString()));
        Assert.True(found.TryGetProperty("next", out _));
        using var accepted = await door.SendAsync(HttpMethod.Post, $"/api/schedules/{RefreshSchedule.Name}/run", "", admin: true);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);

        var last = (await Eventually.SeeAsync<JsonElement?>(FindAsync, one => one!.Value.TryGetProperty("last", out var run)
            && run.GetProperty("state").GetString() == "succeeded"))!.Value.GetProperty("last");
        var result = last.GetProperty("result");
        Assert.Equal((2, 1, 1, 0), (Number(result, "shares"), Number(result, "filled"), Number(result, "empty"), Number(result, "lost")));
        Assert.Equal(asked.Max(task => task.To), result.GetProperty("until").GetDateTimeOffset());
        Assert.Equal(2, asked.Select(task => task.Figi).Distinct().Count());
        Assert.All(asked, task => Assert.Equal((Interval.OneDay, HistoryReason.Lack), (task.Interval, task.Reason)));
        await stop.CancelAsync();
        await Task.WhenAny(collector);

        async Task<JsonElement?> FindAsync()
        {
            using var answer = await door.SendAsync(HttpMethod.Get, "/api/schedules", "");
            using var list = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return list.RootElement.EnumerateArray().Where(one => one.GetProperty("name").GetString() == RefreshSchedule.Name)
                .Select(one => (JsonElement?)one.Clone()).FirstOrDefault();
        }
    }

    [Fact]
    public async Task An_instrument_that_nobody_follows_is_a_failure_its_asker_understands()
    {
        await FollowAsync();
        await using var door = await TaskDoor.OpenAsync(house.Client);
        await using var worker = await house.WorkAsync();

        var id = await door.StartAsync("anna", "aggregate", new { instrument = "NONE", window = "1h" });

        var error = (await door.SeeAsync("anna", id, "failed")).GetProperty("error");
        Assert.Equal("unknown-instrument", error.GetProperty("code").GetString());
    }

    private static async Task<byte[]> DownloadAsync(TaskDoor door, object parameters)
    {
        var id = await door.StartAsync("anna", "export", parameters);
        await door.SeeAsync("anna", id, "succeeded");
        using var response = await door.SendAsync(HttpMethod.Get, $"/api/tasks/{id}/result", "anna");
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private async Task FollowAsync()
    {
        var session = new TradingSession(SessionKind.Main, Morning, Morning.AddHours(8));
        var day = new TradingDay { Date = new DateOnly(2026, 11, 20), Exchange = "MOEX", Sessions = [session] };
        await house.Surroundings.ConfigureAsync(ConfigRecord.Of(Share), ConfigRecord.Of(day));
    }

    private async Task WriteAsync(Interval interval, IEnumerable<Candle> candles)
    {
        var writer = house.Client.Kafka.WriteTo(house.Client.Topics.Candles(interval), await house.Client.Codecs.CandlesAsync(interval, default));
        await Task.WhenAll(candles.Select(one => writer.DeliverAsync(new CandleKey(one.Figi, one.OpenTime).ToString(), one, default)));
    }

    private static string Line(Candle candle) =>
        $"{candle.Figi},AAA,5-min,{InstantText.Write(candle.OpenTime)},{candle.Open},{candle.High},{candle.Low},{candle.Close},{candle.Volume}";

    private static int Number(JsonElement row, string name) => row.GetProperty(name).GetInt32();

    private static Candle Candle(Interval interval, DateTimeOffset openTime, int number) => new()
    {
        Figi = Share.Figi, OpenTime = interval.Align(openTime), Open = Price.FromDecimal(100 + number), High = Price.FromDecimal(110 + number),
        Low = Price.FromDecimal(99 + number), Close = Price.FromDecimal(100 + number), Volume = 10, Final = true, Source = CandleSource.History,
    };

    private static Gap Gap(Interval interval, int hour, GapState state) => new()
    {
        Figi = Share.Figi, Interval = interval, From = Morning.AddHours(hour), To = Morning.AddHours(hour + 1), Missing = 1, State = state,
        Attempts = 1, UpdatedAt = Morning,
    };
}
