using System.Diagnostics.Metrics;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Testing;

namespace StockPipeline.HostingTests.Telemetry;

public sealed class MetricsTests
{
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly Metrics metrics;

    public MetricsTests() => metrics = Metrics.Of("sample", clock);

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
        using var meter = new PipelineMeter(clock);
        var (one, other) = (new Metrics(meter, "sample"), new Metrics(meter, "other"));
        one.Errors("timeout").Increment();
        one.Ask("depth", "Depth.", () => 1);
        other.Ask("depth", "Depth.", () => 2);

        Assert.Equal(0, other.Errors("timeout").Value);
        Assert.Equal([("sample", 1), ("other", 2)], Heard(meter, "depth"));
    }

    [Fact]
    public void One_series_past_the_limit_goes_to_a_shared_one_and_is_counted()
    {
        using var meter = new PipelineMeter(clock);
        var counters = new Metrics(meter, "sample").Counters("seen_total", "Seen.", "figi");
        for (var i = 0; i < Metrics.MaxSeries; i++)
            counters.With($"figi {i}").Increment();

        counters.With("one more").Increment();
        counters.With("and another").Increment();

        Assert.Equal(2, counters.With(Metrics.Other).Value);
        Assert.Equal(1, counters.With("figi 0").Value);
        Assert.Equal([("seen_total", 2)], Heard(meter, "stockpipeline_metric_series_over_limit_total"));
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var counter = metrics.RecordsRead("candles-1-min");
        var gauge = metrics.ConsumerLag("candles-1-min", 3);
        var age = metrics.DataAge("candles-1-min");
        var histogram = metrics.Histogram("wait_seconds", "Waiting.", [1]);
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

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                counter.Increment();
            }
        })));

        Assert.Equal(200_000, counter.Value);
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
        Assert.Throws<ArgumentException>(() => metrics.Gauges("g", "x", "topic").With());
    }

    [Fact]
    public void A_metric_declared_again_as_something_else_is_refused()
    {
        metrics.Gauges("depth", "Depth.", "topic");

        Assert.Throws<InvalidOperationException>(() => metrics.Gauges("depth", "Depth.", "partition"));
    }

    /// <summary>What a listener that is not ours hears of an instrument: the first label and the value of each series.</summary>
    private static List<(string Label, double Value)> Heard(PipelineMeter meter, string instrument)
    {
        var heard = new List<(string, double)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (published, self) =>
            {
                if (published.Meter == meter.Meter && published.Name == instrument)
                    self.EnableMeasurementEvents(published);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => heard.Add(((string)tags[0].Value!, value)));
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => heard.Add(((string)tags[0].Value!, value)));
        listener.Start();
        listener.RecordObservableInstruments();
        return heard;
    }
}
