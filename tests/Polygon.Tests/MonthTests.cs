using StockPipeline.Calendar;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;
using StockPipeline.Polygon;
using StockPipeline.Polygon.Bars;
using StockPipeline.Polygon.Calendar;
using StockPipeline.Polygon.Rest;
using StockPipeline.Simulator.Polygon;
using StockPipeline.Testing;

namespace StockPipeline.PolygonTests;

/// <summary>Five weeks of the simulated New York: a change of the clocks, a split, Thanksgiving and the early close after it.</summary>
public sealed class MonthTests
{
    private static readonly DateOnly First = new(2026, 10, 26);
    private static readonly DateOnly Last = new(2026, 11, 27);
    private static readonly DateTimeOffset Saturday = NewYork.At(new DateOnly(2026, 11, 28), new TimeOnly(12, 0));
    private static readonly Interval[] Rolled =
        [Interval.OneMinute, Interval.FiveMinutes, Interval.FifteenMinutes, Interval.ThirtyMinutes, Interval.OneHour, Interval.FourHours];

    [Theory]
    [InlineData("AAPL")]
    [InlineData("DOCU")]
    public async Task A_slot_is_missing_where_nobody_traded_and_nowhere_else_and_macd_equals_the_batch(string ticker)
    {
        await using var world = await PolygonWorld.StartAsync(new PolygonWorldOptions
        {
            Clock = new ManualClock(Saturday),
            Splits = new Dictionary<string, (DateOnly, int, int)> { ["AAPL"] = (new DateOnly(2026, 11, 10), 1, 4) },
        });
        using var polygon = new PolygonClient(
            new PolygonOptions { ApiKey = new Secret("key"), Plan = PolygonPlan.Paid, Rest = world.Endpoint }, TimeProvider.System);
        var listing = world.Market.Find(ticker)!;
        var dates = Enumerable.Range(0, Last.DayNumber - First.DayNumber + 1).Select(First.AddDays).ToList();
        var schedule = TradingCalendar.Empty.With(dates.Select(NewYork.Day)).Of(InstrumentSource.NewYork);
        var traded = dates.SelectMany(date => world.Market.Minutes(listing, date, Saturday)).Select(bar => bar.StartMs).Where(IsRegular).ToHashSet();

        var minutes = await MinutesAsync(polygon, listing, ticker);

        Assert.Equal(traded.Order(), minutes.Select(candle => candle.OpenTime.ToUnixTimeMilliseconds()));
        Assert.Equal(23, minutes.Select(candle => DateOnly.FromDateTime(candle.OpenTime.UtcDateTime)).Distinct().Count(IsFullDay));
        foreach (var interval in Rolled)
        {
            var candles = interval == Interval.OneMinute ? minutes : [.. CandleRollup.Longer(interval, minutes)];
            var range = new TimeRange(CandleRollup.Start(First), CandleRollup.Start(Last.AddDays(1)));
            var slots = schedule.Slots(interval, range).Select(slot => slot.ToUnixTimeMilliseconds()).ToList();
            var present = candles.Select(candle => candle.OpenTime.ToUnixTimeMilliseconds()).ToHashSet();

            Assert.Empty(present.Except(slots));
            Assert.Equal(slots.Where(slot => !HasTrade(traded, slot, interval)), slots.Where(slot => !present.Contains(slot)));
        }
        AssertMacd([.. CandleRollup.Longer(Interval.FiveMinutes, minutes)]);

        static bool IsFullDay(DateOnly date) => NewYork.Day(date).Sessions is [{ Range.Length.TotalHours: 6.5 }];
    }

    private static async Task<IReadOnlyList<Candle>> MinutesAsync(PolygonClient polygon, UsListing listing, string ticker)
    {
        var figi = new Figi(listing.Figi);
        var minutes = new List<Candle>();
        await foreach (var page in polygon.BarsAsync(
            ticker, days: false, CandleRollup.Start(First), CandleRollup.Start(Last.AddDays(1)), default))
        {
            minutes.AddRange(page.Select(bar => CandleRollup.Minute(figi, bar, DayOf(bar), CandleSource.History)).OfType<Candle>());
        }
        return minutes;

        static TradingDay DayOf(AggregateBar bar) => NewYork.Day(NewYork.DateOf(DateTimeOffset.FromUnixTimeMilliseconds(bar.TimeMs)));
    }

    private static bool HasTrade(HashSet<long> traded, long slot, Interval interval) =>
        Enumerable.Range(0, (int)interval.Length.TotalMinutes).Any(minute => traded.Contains(slot + (minute * 60_000L)));

    private static bool IsRegular(long ms) => UsMarket.IsRegular(DateTimeOffset.FromUnixTimeMilliseconds(ms));

    /// <summary>Each candle comes wrong first and is corrected while later ones have come; in the end nothing is left of that.</summary>
    private static void AssertMacd(IReadOnlyList<Candle> candles)
    {
        var macd = IndicatorCatalogue.Parse("macd");
        var series = new CandleSeries(macd.Description.Fields, candles.Count + 1, 1_000);
        var (live, scratch) = (macd.Series(), new Scratch(macd.Description.Fields));
        var topic = new SortedDictionary<long, double[]>();
        live.Start(series);
        series.Settle();
        for (var index = 0; index < candles.Count + 3; index++)
        {
            if (index < candles.Count)
                series.Set(CandleRow.Of(candles[index] with { Close = candles[index].High }));
            if (index >= 3)
                series.Set(CandleRow.Of(candles[index - 3]));
            Calculate();
        }

        var expected = Batch([.. candles.Select(candle => candle.Close.ToDouble())]);
        Assert.Equal(expected.Count, topic.Count);
        foreach (var ((main, signal), lines) in expected.Zip(topic.Values))
        {
            Assert.InRange(Math.Abs(main - lines[0]), 0, 1e-9 * candles[0].Close.ToDouble());
            Assert.InRange(Math.Abs(signal - lines[1]), 0, 1e-9 * candles[0].Close.ToDouble());
        }

        void Calculate()
        {
            var changes = new ValueChanges(macd.Description.Lines.Count);
            scratch.Begin();
            live.Calculate(series, scratch, changes);
            series.Settle();
            for (var at = 0; at < changes.Count; at++)
                topic[changes[at].OpenTime] = changes.LinesOf(at).ToArray();
        }
    }

    /// <summary>TA-Lib's definition, written down plainly: both averages begin with the mean of windows that end together.</summary>
    private static List<(double Main, double Signal)> Batch(double[] closes)
    {
        var (fast, slow) = (closes[14..26].Average(), closes[..26].Average());
        var line = new List<double> { fast - slow };
        foreach (var close in closes[26..])
        {
            fast += (close - fast) * 2 / 13;
            slow += (close - slow) * 2 / 27;
            line.Add(fast - slow);
        }
        var signal = line.Take(9).Average();
        var values = new List<(double, double)> { (line[8], signal) };
        foreach (var value in line.Skip(9))
        {
            signal += (value - signal) * 2 / 10;
            values.Add((value, signal));
        }
        return values;
    }
}
