using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Service;

/// <summary>The list of indicators as people change it while everything runs.</summary>
[Collection(GatewayCollection.Name)]
public sealed class LiveListTests(GatewaySite site)
{
    [Fact]
    public async Task An_indicator_is_put_on_the_list_its_values_flow_at_every_gateway_and_it_is_taken_off_again()
    {
        using var refused = await site.Http.PostAsJsonAsync(site.Url("/api/indicators"), new { indicator = "rzi(3)" });
        using var added = await site.Http.PostAsJsonAsync(site.Url("/api/indicators"), new { indicator = "ema(9)" });
        using var again = await site.Http.PostAsJsonAsync(site.Url("/api/indicators"), new { indicator = "EMA( 9 )" });
        var other = await site.SecondAsync();
        await SayAsync(300.5);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (added.StatusCode, again.StatusCode));
        foreach (var port in new[] { site.Port, other })
            await Eventually.SeeAsync(() => ValueAsync(port), value => value == 300.5);
        Assert.Contains("ema-9", await NamesAsync("/api/streams", site.Port));
        Assert.Equal(["macd", "rsi", "bollinger", "vwap", "ema-9"], await NamesAsync("/api/indicators", other));

        using var gone = await site.Http.DeleteAsync(site.Url("/api/indicators/ema-9", other));
        using var unknown = await site.Http.DeleteAsync(site.Url("/api/indicators/ema-9", other));
        using var kept = await site.Http.DeleteAsync(site.Url("/api/indicators/rsi"));

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.Conflict),
            (gone.StatusCode, unknown.StatusCode, kept.StatusCode));
        foreach (var port in new[] { site.Port, other })
            await Eventually.SeeAsync(() => NamesAsync("/api/streams", port), names => !names.Contains("ema-9"));
    }

    private async Task SayAsync(double value)
    {
        var client = site.Client;
        var writer = client.Kafka.WriteTo(
            PipelineTopics.OfIndicator("ema-9", Interval.OneMinute), await client.Codecs.IndicatorAsync("ema-9", Interval.OneMinute, default));
        await writer.DeliverAsync(new CandleKey(GatewaySite.Sber, GatewaySite.Open).ToString(), new IndicatorValue
        {
            Figi = GatewaySite.Sber, OpenTime = GatewaySite.Open, Close = Price.FromDecimal(300), Final = true, Epoch = 0, Indicator = "ema",
            Parameters = "9",
            Lines = [new IndicatorLine("ema", value)],
        }, default);
    }

    private async Task<double?> ValueAsync(int port)
    {
        using var answer = await site.Http.GetAsync(site.Url("/api/values/ema-9/SBER/1-min", port));
        if (answer.StatusCode != HttpStatusCode.OK)
            return null;
        var rows = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("rows");
        return rows.GetArrayLength() == 1 ? rows[0].GetProperty("ema").GetDouble() : null;
    }

    private async Task<IReadOnlyList<string?>> NamesAsync(string path, int port)
    {
        var list = await site.Http.GetFromJsonAsync<JsonElement>(site.Url(path, port));
        return [.. list.EnumerateArray().Select(one => one.GetProperty("name").GetString())];
    }
}
