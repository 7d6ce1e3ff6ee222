using System.Globalization;
using System.Net;
using System.Text.Json;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Service;

[Collection(GatewayCollection.Name)]
public sealed class RestTests(GatewaySite site)
{
    [Fact]
    public async Task Instruments_are_found_by_part_of_a_name()
    {
        var found = await GetAsync("/api/instruments?query=sber");

        Assert.Equal("SBER", Assert.Single(found.EnumerateArray()).GetProperty("ticker").GetString());
    }

    [Fact]
    public async Task Candles_come_page_by_page_each_once_and_in_order()
    {
        var times = new List<string>();
        for (string? cursor = "from=2026-11-20T07:00:00Z"; cursor is not null;)
        {
            var page = await GetAsync($"/api/candles/YDEX/1-min?last=150&{cursor}");
            times.AddRange(page.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("time").GetString()!));
            cursor = page.GetProperty("next").GetString() is { } next ? $"cursor={next}" : null;
        }

        Assert.Equal(GatewaySite.Minutes, times.Distinct().Count());
        Assert.Equal(times.Order(StringComparer.Ordinal), times);
    }

    [Fact]
    public async Task Every_indicator_of_the_list_has_values_by_the_names_of_its_lines_and_a_line_that_has_not_begun_is_null()
    {
        var values = await GetAsync("/api/values/bollinger/YDEX/1-min?from=2026-11-20T07:04:00Z&last=2");

        var rows = values.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(JsonValueKind.Null, rows[0].GetProperty("upper").ValueKind);
        Assert.Equal((4_010, 4_005, 4_000), (rows[1].GetProperty("upper").GetDouble(), rows[1].GetProperty("middle").GetDouble(),
            rows[1].GetProperty("lower").GetDouble()));
        var streams = (await GetAsync("/api/streams")).EnumerateArray().ToDictionary(stream => stream.GetProperty("name").GetString()!);
        Assert.Equal(["candles", "macd", "rsi", "bollinger", "vwap"], streams.Keys);
        Assert.Equal((false, true), (streams["rsi"].GetProperty("overlay").GetBoolean(), streams["bollinger"].GetProperty("overlay").GetBoolean()));
    }

    [Fact]
    public async Task Asked_as_of_a_time_candles_are_those_that_were_known_then_and_another_gateway_knows_them_too()
    {
        var figi = GatewaySite.Gazprom;
        await site.SayLongAsync(figi, 3, 100);
        await site.SayLongAsync(figi, 4, 101);
        var before = TimeProvider.System.GetUtcNow();
        // Records know milliseconds: what comes next must not come in the same one.
        await Eventually.SeeAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow()), now => now > before.AddMilliseconds(2));
        await site.SayLongAsync(figi, 3, 150);
        await site.SayLongAsync(figi, 4, null);
        await site.SayLongAsync(figi, 5, 102);
        var port = FreePorts.Take(1)[0];
        await Eventually.SeeAsync(() => ClosesAsync("GAZP", null), closes => closes == "150 102");
        // The corrections have to be in their topic before another gateway, which sees nothing but the last word, can know of them.
        await Eventually.SeeAsync(() => ClosesAsync("GAZP", before), closes => closes == "100 101");
        await using var gateway = await site.HostAsync(port, ("GATEWAY_KEEP", "50"));

        Assert.Equal("100 101", await ClosesAsync("GAZP", before, port));
        Assert.Equal("150 102", await ClosesAsync("GAZP", TimeProvider.System.GetUtcNow().AddSeconds(1), port));
        Assert.Equal("", await ClosesAsync("GAZP", before.AddDays(-1)));
        // Beyond the rows that this one keeps it reads the topic.
        var older = await GetAsync("/api/candles/YDEX/1-min?from=2026-11-20T07:00:00Z&last=2", port);
        Assert.Equal(["2026-11-20T07:00:00Z", "2026-11-20T07:01:00Z"], older.GetProperty("rows").EnumerateArray()
            .Select(row => row.GetProperty("time").GetString()));
        Assert.Equal(GatewaySite.Minutes, (await GetAsync("/api/values/bollinger/YDEX/1-min?last=5000", port)).GetProperty("rows").GetArrayLength());
        var to = GatewaySite.Open.AddMinutes(100).ToUnixTimeSeconds();
        var bars = await GetAsync($"/udf/history?symbol=YDEX&resolution=1&from=0&to={to}&countback=30", port);
        Assert.Equal(30, bars.GetProperty("c").GetArrayLength());

        async Task<string> ClosesAsync(string ticker, DateTimeOffset? asOf, int? at = null) => string.Join(' ',
            (await GetAsync($"/api/candles/{ticker}/4-hour{(asOf is { } time ? $"?asOf={time.UtcDateTime:O}" : "")}", at)).GetProperty("rows")
            .EnumerateArray().Select(row => row.GetProperty("close").GetRawText()));
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        using var first = await site.Http.GetAsync(site.Url("/api/candles/YDEX/1-min?last=3"));
        using var again = new HttpRequestMessage(HttpMethod.Get, site.Url("/api/candles/YDEX/1-min?last=3"));
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await site.Http.SendAsync(again);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/api/candles/NONE/1-min", 404, "unknown-instrument")]
    [InlineData("/api/candles/SBER/2-min", 400, "bad-request")]
    [InlineData("/api/candles/SBER/1-min?last=5001", 400, "bad-request")]
    [InlineData("/api/candles/SBER/1-min?from=yesterday", 400, "bad-request")]
    [InlineData("/api/candles/SBER/1-min?asOf=then", 400, "bad-request")]
    [InlineData("/api/candles/SBER/1-min?asOf=2020-01-01T00:00:00Z", 400, "bad-request")]
    [InlineData("/api/values/macd/SBER/1-min?asOf=2026-11-20T07:00:00Z", 400, "bad-request")]
    [InlineData("/api/values/none/SBER/1-min", 404, "unknown-stream")]
    [InlineData("/api/gaps?limit=0", 400, "bad-request")]
    public async Task What_is_wrong_is_said_with_a_code(string path, int status, string code)
    {
        using var answer = await site.Http.GetAsync(site.Url(path));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_document_of_the_interface_names_every_path_and_its_page_asks_no_other_host()
    {
        var document = await GetAsync("/openapi/v1.json");

        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        Assert.Contains("/api/candles/{instrument}/{interval}", paths);
        Assert.Contains("/api/completeness", paths);
        Assert.DoesNotContain("https://cdn", await site.Http.GetStringAsync(site.Url("/api/docs/")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Charts_that_speak_udf_get_bars_in_seconds_as_many_as_they_count_back()
    {
        var to = GatewaySite.Open.AddMinutes(100).ToUnixTimeSeconds();

        var bars = await GetAsync($"/udf/history?symbol=YDEX&resolution=1&from={to - 60}&to={to}&countback=30");

        var times = bars.GetProperty("t").EnumerateArray().Select(time => time.GetInt64()).ToList();
        Assert.Equal(Enumerable.Range(0, 30).Select(i => to - ((30 - i) * 60L)), times);
        Assert.Equal(4_099, bars.GetProperty("c")[29].GetDouble());
    }

    [Fact]
    public async Task A_chart_that_asks_beyond_the_beginning_is_told_that_there_is_no_more()
    {
        var to = GatewaySite.Open.ToUnixTimeSeconds();

        var none = await GetAsync($"/udf/history?symbol=YDEX&resolution=1&from={to - 600}&to={to}");
        var unknown = await GetAsync("/udf/symbols?symbol=NONE");
        var symbol = await GetAsync("/udf/symbols?symbol=YDEX");

        Assert.Equal("no_data", none.GetProperty("s").GetString());
        Assert.Equal("error", unknown.GetProperty("s").GetString());
        Assert.Equal((100, 1), (symbol.GetProperty("pricescale").GetInt32(), symbol.GetProperty("minmov").GetInt32()));
    }

    [Fact]
    public async Task Under_another_name_than_this_machines_nobody_is_answered()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, site.Url("/api/instruments"));
        request.Headers.Host = string.Create(CultureInfo.InvariantCulture, $"evil.example:{site.Port}");

        using var answer = await site.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    [Fact]
    public async Task The_pipeline_says_what_each_topic_has_brought()
    {
        var pipeline = await GetAsync("/api/pipeline");

        var candles = pipeline.GetProperty("topics").EnumerateArray().Single(topic => topic.GetProperty("name").GetString() == "candles-1-min");
        Assert.True(candles.GetProperty("records").GetInt64() >= 2 * GatewaySite.Minutes);
    }

    private async Task<JsonElement> GetAsync(string path, int? port = null)
    {
        using var document = JsonDocument.Parse(await site.Http.GetStringAsync(site.Url(path, port)));
        return document.RootElement.Clone();
    }
}
