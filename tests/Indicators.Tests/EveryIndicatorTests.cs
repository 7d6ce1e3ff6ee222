using CsCheck;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;

namespace StockPipeline.IndicatorsTests;

/// <summary>One theory over the whole catalogue: whatever comes, in whatever order, the values are those of the candles that are there.</summary>
public sealed class EveryIndicatorTests
{
    private const double Promise = 1e-9;

    /// <summary>Some of them make a day, so that sessions begin.</summary>
    private const long Spacing = 3 * 3_600_000;

    private static readonly long Start = new DateTimeOffset(2024, 1, 15, 7, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>Short windows, so that a few candles are past all of them.</summary>
    private static readonly Dictionary<string, double> Short = new()
    {
        ["period"] = 3, ["fast"] = 2, ["slow"] = 4, ["signal"] = 2, ["k"] = 3, ["smooth"] = 2, ["d"] = 2, ["rsi"] = 3, ["atr"] = 2, ["tenkan"] = 2,
        ["kijun"] = 3, ["senkou"] = 5, ["displacement"] = 3, ["lag"] = 1, ["anchor"] = 1,
    };

    /// <summary>Prices as they are, prices that no honest market has, and many that are equal.</summary>
    private static readonly Gen<double> Prices = Gen.OneOf(
        Gen.Int[9_900, 10_100].Select(ticks => ticks / 100.0), Gen.Const(100.0), Gen.Const(1e-9), Gen.Const(999_999_999.0), Gen.Const(0.0),
        Gen.Int[1, 50].Select(ticks => ticks / 1e9));

    private static readonly Gen<double> Volumes = Gen.OneOf(Gen.Const(0.0), Gen.Int[1, 9_999].Select(lots => (double)lots), Gen.Const(9e15));

    private static readonly Gen<CandleRow> Rows = Gen.Select(Prices, Prices, Prices, Volumes, Gen.Int[0, 4], (one, two, three, volume, shape) =>
    {
        var (high, low) = (Math.Max(one, Math.Max(two, three)), Math.Min(one, Math.Min(two, three)));
        return shape == 0 ? Row(0, one, one, one, volume) : Row(0, high, low, one, volume);
    });

    public static TheoryData<string> Names => [.. IndicatorCatalogue.All.Select(kind => kind.Description.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_order_of_late_repeated_corrected_and_removed_candles_ends_in_the_values_of_those_that_are_there(string name)
    {
        var kind = IndicatorCatalogue.Kind(name);
        var indicator = kind.With([.. kind.Description.Parameters.Select(rule => Short.GetValueOrDefault(rule.Name, rule.Usual))]);
        var events = Gen.Select(Gen.Int[0, 45], Gen.Int[0, 9], Rows).List[0, 150];

        events.Sample(all => Check(indicator, [], all), iter: 100);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Repairs_of_a_long_series_end_in_the_values_of_the_corrected_one(string name)
    {
        var indicator = IndicatorCatalogue.Kind(name).With();
        var history = Gen.Select(Rows.Array[200, 420], Gen.Select(Gen.Int[0, 425], Gen.Int[0, 9], Rows).List[0, 12]);

        history.Sample((rows, all) => Check(indicator, rows, all), iter: 10);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_trimmed_series_keeps_giving_the_values_of_the_whole(string name)
    {
        var indicator = IndicatorCatalogue.Kind(name).With();
        var watched = new WatchedSeries(indicator, history: 100);
        var candles = new List<CandleRow>();
        var random = new Random(97);
        for (var minute = 0; minute < 2_000; minute++)
        {
            var close = 100 + (5 * Math.Sin(minute / 9.0)) + Math.Round(random.NextDouble(), 2);
            candles.Add(Row(minute, close + 0.5, close - 0.25, close, random.Next(500)));
            watched.Set(candles[minute]);
            watched.Calculate();
            if (minute % 7 != 0)
                continue;
            var which = Math.Max(0, minute - random.Next(99));
            candles[which] = Row(which, close + 1, close - 1, close + (random.Next(100) / 100.0), 77);
            Assert.NotEqual(CandleEffect.TooOld, watched.Set(candles[which]));
            watched.Calculate();
        }

        Assert.True(watched.Candles.Trimmed);
        Assert.Equal(CandleEffect.TooOld, watched.Set(Row(3, 2, 1, 1, 1)));
        Assert.InRange(watched.Candles.Count, 100, watched.Candles.MaxCount);
        AssertSame(watched, Calculated.Of(indicator, candles));
    }

    private static void Check(Indicator indicator, CandleRow[] history, List<(int Slot, int What, CandleRow Row)> events)
    {
        var watched = new WatchedSeries(indicator);
        var there = new SortedDictionary<long, CandleRow>();
        for (var slot = 0; slot < history.Length; slot++)
            Take(watched, there, At(history[slot], slot, final: true));
        watched.Calculate();
        foreach (var (slot, what, row) in events)
        {
            var openTime = Start + (slot * Spacing);
            if (what == 0)
                Assert.Equal(there.Remove(openTime), watched.Remove(openTime));
            else if (what == 1 && there.TryGetValue(openTime, out var again))
                Assert.Equal(CandleEffect.Unchanged, watched.Set(again));
            else
                Take(watched, there, At(row, slot, final: what > 3));
            if (what % 2 == 0)
                watched.Calculate();
        }
        watched.Calculate();

        AssertSame(watched, Calculated.Of(indicator, there.Values));
        Assert.All(watched.Topic, value => Assert.Equal((there[value.Key].Close, there[value.Key].Final), (value.Value.Close, value.Value.Final)));
    }

    private static void Take(WatchedSeries watched, SortedDictionary<long, CandleRow> there, CandleRow row)
    {
        watched.Set(row);
        there[row.OpenTime] = row;
    }

    private static void AssertSame(WatchedSeries watched, SortedDictionary<long, double[]> batch)
    {
        Assert.Equal(batch.Keys, watched.Topic.Keys);
        foreach (var (openTime, expected) in batch)
        {
            var (close, _, lines) = watched.Topic[openTime];
            for (var line = 0; line < expected.Length; line++)
            {
                var isSame = Math.Abs(lines[line] - expected[line]) <= Promise * Math.Abs(expected[line]) || LineComparison.IsSame(
                    watched.Indicator.Description.Scale, expected[line], lines[line], close.ToDouble(), 10 * LineComparison.Tolerance);
                Assert.True(isSame, $"{watched.Indicator} at {openTime}: {lines[line]:R} is said, and {expected[line]:R} is right");
            }
        }
    }

    private static CandleRow At(CandleRow row, int slot, bool final) => row with { OpenTime = Start + (slot * Spacing), Final = final };

    private static CandleRow Row(int slot, double high, double low, double close, double volume) =>
        new(Start + (slot * Spacing), Price.FromNanos((long)Math.Round(close * Price.One)), close, high, low, volume, Final: true);
}
