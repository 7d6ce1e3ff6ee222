using System.Globalization;
using System.Text.Json;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Testing;

namespace StockPipeline.HostingTests.Telemetry;

public sealed class PrometheusPageTests
{
    private readonly Metrics metrics = Metrics.Of("sample", new ManualClock(DateTimeOffset.UnixEpoch));

    [Fact]
    public async Task A_parser_that_is_not_ours_reads_back_what_was_counted()
    {
        const string awkward = "quote \" backslash \\ line\nend, brace } and é";
        metrics.Counters("awkward_total", "Help with a \\ and a\nsecond line.", "text").With(awkward).Increment(3);
        metrics.Gauge("small", "Small.").Set(1.25e-9);
        metrics.Gauge("large", "Large.").Set(1e300);
        metrics.Gauge("endless", "Endless.").Set(double.NegativeInfinity);
        metrics.ConsumerLag("candles-1-min", 7).Set(12);
        var histogram = metrics.Histogram("wait_seconds", "Waiting.", [0.5, 2]);
        histogram.Observe(1);
        histogram.Observe(5);

        var json = await NodeScripts.RunAsync("tests/Hosting.Tests/Telemetry/Reader", "read.mjs", [], metrics.ToString());

        using var page = JsonDocument.Parse(json);
        var families = page.RootElement.EnumerateArray().ToDictionary(family => family.GetProperty("name").GetString()!);
        Assert.Equal(awkward, Series(families["awkward_total"]).GetProperty("labels").GetProperty("text").GetString());
        Assert.Equal("Help with a \\ and a\nsecond line.", families["awkward_total"].GetProperty("help").GetString());
        Assert.Equal("COUNTER", families["awkward_total"].GetProperty("type").GetString());
        Assert.Equal(3, Value(families["awkward_total"]));
        Assert.Equal(1.25e-9, Value(families["small"]));
        Assert.Equal(1e300, Value(families["large"]));
        Assert.Equal("-Inf", Series(families["endless"]).GetProperty("value").GetString());
        var lag = Series(families["stockpipeline_consumer_lag_records"]).GetProperty("labels");
        Assert.Equal("""{"service":"sample","topic":"candles-1-min","partition":"7"}""", lag.GetRawText());
        var wait = Series(families["wait_seconds"]);
        var buckets = wait.GetProperty("buckets").EnumerateObject().OrderBy(bucket => bucket.Name, StringComparer.Ordinal);
        Assert.Equal(["+Inf=2", "0.5=0", "2=1"], buckets.Select(bucket => $"{bucket.Name}={bucket.Value.GetString()}"));
    }

    private static JsonElement Series(JsonElement family) => Assert.Single(family.GetProperty("metrics").EnumerateArray());

    private static double Value(JsonElement family) => double.Parse(Series(family).GetProperty("value").GetString()!, CultureInfo.InvariantCulture);
}
