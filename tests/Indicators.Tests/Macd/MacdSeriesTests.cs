using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Indicators.Macd;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.IndicatorsTests.Macd;

public sealed class MacdSeriesTests(ITestOutputHelper output)
{
    private static readonly MacdFactors Factors = new(MacdParameters.Default);

    [Fact]
    public void Candle_by_candle_equals_the_batch_to_the_last_bit()
    {
        var closes = Walk(new Random(7), 500);
        var (series, published) = Start();

        for (var i = 0; i < closes.Length; i++)
        {
            series.Set(i, Exact(closes[i]), final: true);
            published.Take(series);
        }

        AssertEqualsBatch(closes, published, margin: 0);
        Assert.Equal(500 - 33, published.Said.Count);
    }

    [Fact]
    public void Any_order_of_late_repeated_and_corrected_candles_ends_in_the_values_of_the_corrected_series()
    {
        for (var round = 0; round < 50; round++)
        {
            var random = new Random(Seed.Next(output.WriteLine));
            var closes = Walk(random, random.Next(20, 700));
            var (series, published) = Start();

            foreach (var (index, close) in Disturbed(closes, random))
            {
                series.Set(index, Exact(close), final: true);
                if (random.Next(4) == 0)
                    published.Take(series);
            }
            published.Take(series);

            AssertEqualsBatch(closes, published, margin: 1e-13);
            Assert.Empty(published.Repeated);
        }
    }

    [Fact]
    public void A_repair_says_only_what_it_changes_and_stops_where_the_values_agree_again()
    {
        var closes = Walk(new Random(11), 2_000);
        var (series, published) = Start();
        Fill(series, closes);
        published.Take(series);
        published.Said.Clear();

        Assert.Equal(CandleEffect.Corrected, series.Set(100, Exact(closes[100] + 0.25), final: true));
        published.Take(series);

        Assert.Equal(100, published.Said[0].OpenTime);
        Assert.InRange(published.Said.Count, 100, 600);
        closes[100] += 0.25;
        AssertEqualsBatch(closes, published, margin: 1e-13);
    }

    [Fact]
    public void The_forming_candle_gives_provisional_values_and_leaves_the_ones_before_alone()
    {
        var closes = Walk(new Random(13), 60);
        var (series, published) = Start();
        Fill(series, closes.AsSpan(0, 59));
        published.Take(series);
        published.Said.Clear();

        Assert.Equal(CandleEffect.Appended, series.Set(59, Exact(1), final: false));
        published.Take(series);
        Assert.Equal(CandleEffect.Formed, series.Set(59, Exact(2), final: false));
        published.Take(series);
        Assert.Equal(CandleEffect.Formed, series.Set(59, Exact(closes[59]), final: true));
        published.Take(series);

        Assert.Equal([false, false, true], published.Said.Select(step => step.Final));
        Assert.All(published.Said, step => Assert.Equal(59, step.OpenTime));
        AssertEqualsBatch(closes, published, margin: 0);
    }

    [Fact]
    public void A_candle_that_says_nothing_new_says_nothing()
    {
        var closes = Walk(new Random(17), 60);
        var (series, published) = Start();
        Fill(series, closes);
        published.Take(series);
        published.Said.Clear();

        Assert.All(Enumerable.Range(0, 60), i => Assert.Equal(CandleEffect.Unchanged, series.Set(i, Exact(closes[i]), final: true)));
        published.Take(series);

        Assert.Empty(published.Said);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_candle_that_changes_and_changes_back_between_two_recalculations_says_nothing(bool final)
    {
        var closes = Walk(new Random(17), 60);
        var (series, published) = Start();
        Fill(series, closes.AsSpan(0, 59));
        series.Set(59, Exact(closes[59]), final);
        published.Take(series);
        published.Said.Clear();

        series.Set(59, Exact(7), final);
        series.Set(59, Exact(closes[59]), final);
        published.Take(series);
        Assert.Empty(published.Said);

        series.Set(59, Exact(8), final);
        series.Set(59, Exact(9), final);
        published.Take(series);
        Assert.Equal(Exact(9), Assert.Single(published.Said).Close);
    }

    [Fact]
    public void A_candle_that_changes_back_is_said_where_one_before_it_has_changed()
    {
        var closes = Walk(new Random(17), 60);
        var (series, published) = Start();
        Fill(series, closes);
        published.Take(series);
        published.Said.Clear();

        series.Set(59, Exact(7), final: true);
        series.Set(58, Exact(8), final: true);
        series.Set(59, Exact(closes[59]), final: true);
        published.Take(series);

        Assert.Equal([58, 59], published.Said.Select(step => step.OpenTime));
    }

    [Fact]
    public void A_candle_that_changes_and_is_taken_out_before_its_value_follows_was_published()
    {
        var (series, published) = Start();
        Fill(series, Walk(new Random(37), 60));
        published.Take(series);

        series.Set(59, Exact(7), final: true);

        Assert.True(series.Remove(59, out var wasPublished));
        Assert.True(wasPublished);
        published.Take(series);
    }

    [Fact]
    public void What_was_published_before_a_restart_is_not_said_again_and_what_was_wrong_or_missing_is()
    {
        var closes = Walk(new Random(19), 300);
        var before = MacdBatch.Calculate(closes, Factors);
        var (series, published) = Start();
        Fill(series, closes);
        series.Settle();

        for (var i = 33; i < 300; i++)
        {
            if (i == 40)
                continue;
            var wrong = i == 50 ? 0.5 : 0;
            Assert.True(series.Acknowledge(i, before[i - 33].Main + wrong, before[i - 33].Signal, final: i != 60, startIsKnown: true));
        }
        published.TakeMissing(series);

        Assert.Equal([40, 50, 60], published.Said.Select(step => step.OpenTime));
    }

    [Fact]
    public void A_published_value_without_a_candle_or_before_the_first_value_is_an_orphan()
    {
        var (series, _) = Start();
        Fill(series, Walk(new Random(23), 40));
        series.Settle();

        Assert.False(series.Acknowledge(1_000, 0, 0, final: true, startIsKnown: true));
        Assert.False(series.Acknowledge(10, 0, 0, final: true, startIsKnown: true));
        Assert.True(series.Acknowledge(10, 0, 0, final: true, startIsKnown: false));
    }

    [Fact]
    public void Taking_a_candle_out_leaves_the_values_of_the_series_without_it()
    {
        var closes = Walk(new Random(37), 120);
        var (series, published) = Start();
        Fill(series, closes);
        published.Take(series);

        Assert.True(series.Remove(20, out var wasPublished));
        Assert.False(wasPublished);
        Assert.True(series.Remove(80, out wasPublished));
        Assert.True(wasPublished);
        Assert.False(series.Remove(80, out _));
        published.Take(series);

        Assert.False(published.Last[33].HasValue);
        var left = closes.Where((_, i) => i is not (20 or 80)).ToArray();
        var batch = MacdBatch.Calculate(left, Factors);
        var kept = published.Last.Values.Where(step => step.HasValue && step.OpenTime != 80).ToList();
        Assert.Equal(batch.Length, kept.Count);
        Assert.All(kept.Zip(batch), pair => Assert.Equal(pair.Second.Main, pair.First.Main, 1e-11));
    }

    [Fact]
    public void Only_a_value_that_was_final_before_is_marked_as_said()
    {
        var closes = Walk(new Random(41), 60);
        var (series, published) = Start();
        Fill(series, closes.AsSpan(0, 59));
        series.Set(59, Exact(5), final: false);
        published.Take(series);
        series.Set(59, Exact(6), final: true);
        published.Take(series);
        Assert.DoesNotContain(published.Said, step => step.Said);
        published.Said.Clear();

        series.Set(59, Exact(7), final: true);
        published.Take(series);

        Assert.True(Assert.Single(published.Said).Said);
    }

    [Fact]
    public void A_trimmed_series_keeps_its_window_and_its_values_stay_those_of_the_whole()
    {
        var closes = Walk(new Random(29), 6_000);
        var window = MacdSeries.MinWindow(Factors);
        var series = new MacdSeries(Factors, window);
        var published = new PublishedValues();

        for (var i = 0; i < closes.Length; i++)
        {
            series.Set(i, Exact(closes[i]), final: true);
            published.Take(series);
            Assert.InRange(series.Count, 0, window + MacdSeries.TrimStep);
        }

        Assert.True(series.Trimmed);
        Assert.Equal(CandleEffect.TooOld, series.Set(5, Exact(1), final: true));
        Assert.Equal(CandleEffect.TooOld, series.Set(series.FirstOpenTime, Exact(1), final: true));
        Assert.Equal(CandleEffect.Corrected, series.Set(series.FirstOpenTime + 1, Exact(closes[series.FirstOpenTime + 1] + 1), final: true));
        closes[series.FirstOpenTime + 1]++;
        published.Take(series);
        AssertEqualsBatch(closes, published, margin: 1e-13);
    }

    [Fact]
    public void Room_that_reading_a_long_topic_took_is_given_back()
    {
        var window = MacdSeries.MinWindow(Factors);
        var full = window + (2 * MacdSeries.TrimStep);
        var series = new MacdSeries(Factors, window);

        Fill(series, Walk(new Random(37), 3 * full));
        Assert.InRange(series.Room, 3 * full, int.MaxValue);
        series.Settle();

        Assert.Equal(window, series.Count);
        Assert.Equal(full, series.Room);
    }

    [Fact]
    public void A_series_that_begins_later_agrees_after_settling()
    {
        var closes = Walk(new Random(31), 3_000);
        var whole = MacdBatch.Calculate(closes, Factors)[^1];
        var late = MacdBatch.Calculate(closes.AsSpan(^(Factors.Settling + 1)), Factors)[^1];

        Assert.Equal(whole.Main, late.Main, MacdSeries.Tolerance * closes[^1]);
        Assert.Equal(whole.Signal, late.Signal, MacdSeries.Tolerance * closes[^1]);
    }

    [Fact]
    public void A_window_too_small_to_settle_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MacdSeries(Factors, MacdSeries.MinWindow(Factors) - 1));
    }

    private static (MacdSeries Series, PublishedValues Published) Start() => (new MacdSeries(Factors, 3_000), new PublishedValues());

    private static Price Exact(double close) => Price.FromNanos((long)Math.Round(close * Price.One));

    private static void Fill(MacdSeries series, ReadOnlySpan<double> closes)
    {
        for (var i = 0; i < closes.Length; i++)
            series.Set(i, Exact(closes[i]), final: true);
    }

    /// <summary>Every candle at least once and at last as it should be; before that in wild order, some wrong, some twice.</summary>
    private static IEnumerable<(int Index, double Close)> Disturbed(double[] closes, Random random)
    {
        var order = Enumerable.Range(0, closes.Length).OrderBy(i => i + random.Next(-30, 30)).ToList();
        var late = order.Where(_ => random.Next(10) == 0).ToHashSet();
        foreach (var index in order.Where(index => !late.Contains(index)))
        {
            if (random.Next(10) == 0)
                yield return (index, closes[index]);
            if (random.Next(10) == 0)
                yield return (index, closes[index] + 1);
            for (var times = random.Next(1, 3); times > 0; times--)
                yield return (index, closes[index]);
        }
        foreach (var index in late.OrderBy(_ => random.Next()))
            yield return (index, closes[index]);
    }

    private static double[] Walk(Random random, int length)
    {
        var price = 100.0;
        return [.. Enumerable.Range(0, length).Select(_ => price = Math.Round(price * (1 + ((random.NextDouble() - 0.5) / 100)), 2))];
    }

    private static void AssertEqualsBatch(double[] closes, PublishedValues published, double margin)
    {
        var batch = MacdBatch.Calculate(closes, Factors);
        Assert.Equal(Enumerable.Range(33, Math.Max(0, closes.Length - 33)).Select(i => (long)i), published.Last.Keys);
        foreach (var (openTime, step) in published.Last)
        {
            var expected = batch[openTime - 33];
            Assert.Equal(expected.Main, step.Main, margin * step.Close.ToDouble());
            Assert.Equal(expected.Signal, step.Signal, margin * step.Close.ToDouble());
            Assert.Equal(expected.Histogram, step.Histogram, 2 * margin * step.Close.ToDouble());
        }
    }
}
