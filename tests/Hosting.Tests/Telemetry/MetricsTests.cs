using StockPipeline.Hosting.Telemetry;
using StockPipeline.Testing;

namespace StockPipeline.HostingTests.Telemetry;

public sealed class MetricsTests
{
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly Metrics metrics;

    public MetricsTests() => metrics = Metrics.Of("sample", clock);

    [Fact]
    public void The_page_names_each_metric_once_with_its_help_and_type()
    {
        metrics.RecordsRead("candles-1-min").Increment(2);
        metrics.RecordsRead("candles-5-min").Increment();
        metrics.Gauge("open_sockets", "Open sockets.").Set(-1.5);

        Assert.StartsWith(
            """
            # HELP open_sockets Open sockets.
            # TYPE open_sockets gauge
            open_sockets{service="sample"} -1.5
            # HELP stockpipeline_records_read_total Records read from a topic.
            # TYPE stockpipeline_records_read_total counter
            stockpipeline_records_read_total{service="sample",topic="candles-1-min"} 2
            stockpipeline_records_read_total{service="sample",topic="candles-5-min"} 1

            """,
            metrics.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_counts_each_value_in_every_bucket_it_fits_bounds_included()
    {
        var histogram = metrics.Histogram("wait_seconds", "Waiting.", [0.1, 1]);
        foreach (var value in new[] { 0.1, 0.5, 1, 7 })
            histogram.Observe(value);

        Assert.Contains(
            """
            wait_seconds_bucket{service="sample",le="0.1"} 1
            wait_seconds_bucket{service="sample",le="1"} 3
            wait_seconds_bucket{service="sample",le="+Inf"} 4
            wait_seconds_sum{service="sample"} 8.6
            wait_seconds_count{service="sample"} 4

            """,
            metrics.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_age_of_data_grows_when_nothing_comes_and_late_data_does_not_make_it_older()
    {
        var age = metrics.DataAge("candles-1-min");
        Assert.True(double.IsNaN(age.Value));

        age.Seen(clock.GetUtcNow());
        clock.Advance(TimeSpan.FromSeconds(90));
        age.Seen(DateTimeOffset.UnixEpoch.AddSeconds(30));
        age.Seen(DateTimeOffset.UnixEpoch.AddSeconds(10));

        Assert.Equal(60, age.Value);
    }

    [Fact]
    public void The_same_series_asked_for_twice_is_one()
    {
        metrics.Errors("timeout").Increment();
        metrics.Errors("timeout").Increment();

        Assert.Equal(2, metrics.Errors("timeout").Value);
    }

    [Fact]
    public void Services_of_one_process_share_a_metric_and_not_its_series()
    {
        var other = new Metrics(metrics.Registry, "other");
        metrics.Errors("timeout").Increment();
        metrics.Ask("depth", "Depth.", () => 1);
        other.Ask("depth", "Depth.", () => 2);

        Assert.Equal(0, other.Errors("timeout").Value);
        Assert.Contains("depth{service=\"sample\"} 1\ndepth{service=\"other\"} 2\n", metrics.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_series_past_the_limit_goes_to_a_shared_one_and_is_counted()
    {
        var counters = metrics.Counters("seen_total", "Seen.", "figi");
        for (var i = 0; i < Metrics.MaxSeries; i++)
            counters.With($"figi {i}").Increment();

        counters.With("one more").Increment();
        counters.With("and another").Increment();

        Assert.Equal(2, counters.With(Metrics.Other).Value);
        Assert.Equal(1, counters.With("figi 0").Value);
        Assert.Contains("stockpipeline_metric_series_over_limit_total{metric=\"seen_total\"} 2\n", metrics.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var counter = metrics.RecordsRead("candles-1-min");
        var gauge = metrics.ConsumerLag("candles-1-min", 3);
        var age = metrics.DataAge("candles-1-min");
        var histogram = metrics.StepDuration("write");
        Count();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Count();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Count()
        {
            for (var i = 0; i < 10_000; i++)
            {
                counter.Increment();
                gauge.Set(i);
                age.Seen(DateTimeOffset.UnixEpoch.AddSeconds(i));
                histogram.Observe(i / 1000.0);
            }
        }
    }

    [Fact]
    public async Task Counting_from_many_threads_loses_nothing()
    {
        var counter = metrics.Errors("timeout");
        var histogram = metrics.Histogram("wait_seconds", "Waiting.", [1]);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                counter.Increment();
                histogram.Observe(1);
            }
        })));

        Assert.Equal(200_000, counter.Value);
        Assert.Equal(200_000, histogram.Sum);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_counter_never_goes_back(double by) => Assert.Throws<ArgumentOutOfRangeException>(() => metrics.Errors("timeout").Increment(by));

    [Fact]
    public void A_gauge_that_became_NaN_can_still_be_changed()
    {
        var gauge = metrics.Gauge("temperature", "Temperature.");
        gauge.Set(double.NaN);

        gauge.Add(1);
        gauge.Set(3);

        Assert.Equal(3, gauge.Value);
    }

    [Fact]
    public void Names_that_Prometheus_would_refuse_are_refused_here()
    {
        Assert.Throws<ArgumentException>(() => metrics.Gauge("with-dash", "x"));
        Assert.Throws<ArgumentException>(() => metrics.Counter("without_its_ending", "x"));
        Assert.Throws<ArgumentException>(() => metrics.Gauges("g", "x", "__name"));
        Assert.Throws<ArgumentException>(() => metrics.Gauges("g", "x", "le"));
        Assert.Throws<ArgumentException>(() => metrics.Gauges("g", "x", "service"));
        Assert.Throws<ArgumentException>(() => metrics.Histogram("h", "x", [1, 1]));
        Assert.Throws<ArgumentException>(() => metrics.Gauges("g", "x", "topic").With());
    }

    [Fact]
    public void A_metric_declared_again_as_something_else_is_refused()
    {
        metrics.Gauges("depth", "Depth.", "topic");

        Assert.Throws<InvalidOperationException>(() => metrics.Gauges("depth", "Depth.", "partition"));
        Assert.Throws<InvalidOperationException>(() => metrics.Histogram("depth", "Depth.", [1]));
    }
}
