using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StockPipeline.Contracts.Alerts;

namespace StockPipeline.GatewayTests.Service;

/// <summary>Rules and events over HTTP and over the live socket.</summary>
[Collection(GatewayCollection.Name)]
public sealed class AlertPagesTests(GatewaySite site)
{
    [Fact]
    public async Task A_rule_is_made_read_changed_and_ended()
    {
        var made = await PostAsync("SBER", "> 300 repeat");
        var answer = await made.Content.ReadFromJsonAsync<JsonElement>();
        var id = Text(answer, "id");

        Assert.Equal((HttpStatusCode.Created, $"/api/alerts/{id}"), (made.StatusCode, made.Headers.Location!.ToString()));
        Assert.Equal(("above", 300.0), (Text(answer, "kind"), answer.GetProperty("level").GetDouble()));
        Assert.True(answer.GetProperty("repeats").GetBoolean());
        Assert.Contains(id, await site.Http.GetStringAsync(site.Url("/api/alerts")), StringComparison.Ordinal);
        var changed = await site.Http.PutAsJsonAsync(site.Url($"/api/alerts/{id}"), new { instrument = "YDEX", text = "rsi < 30" });
        Assert.Equal("rsi", Text(await changed.Content.ReadFromJsonAsync<JsonElement>(), "source"));
        Assert.Equal(HttpStatusCode.NoContent, (await site.Http.DeleteAsync(site.Url($"/api/alerts/{id}"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http.GetAsync(site.Url($"/api/alerts/{id}"))).StatusCode);
    }

    [Theory]
    [InlineData("NOSUCH", "> 300", HttpStatusCode.NotFound)]
    [InlineData("SBER", "about 300", HttpStatusCode.BadRequest)]
    [InlineData("SBER", "0%", HttpStatusCode.BadRequest)]
    [InlineData("bitcoin-usdt@binance", "< 60000", HttpStatusCode.Created)]
    public async Task What_cannot_be_followed_is_refused_with_what_is_wrong(string instrument, string text, HttpStatusCode status) =>
        Assert.Equal(status, (await PostAsync(instrument, text)).StatusCode);

    [Fact]
    public async Task Events_come_over_the_socket_and_what_is_withdrawn_is_said_again()
    {
        using var wire = await Wire.OpenAsync(site.Port);
        await wire.SayAsync("""{"id":1,"op":"subscribe","subs":[{"sub":5,"stream":"alerts"}]}""");
        var one = new AlertEvent
        {
            Owner = "everybody", RuleId = "socket", OpenTime = GatewaySite.Open, Value = 301, Threshold = 300,
            SaidAt = GatewaySite.Open.AddMinutes(1),
            Condition = new AlertCondition
            {
                Figi = GatewaySite.Sber, Name = "SBER", Interval = Contracts.Time.Interval.OneMinute, Kind = AlertKind.Above, Level = 300,
            },
        };

        await site.SayAsync(one);
        var said = (await wire.UntilAsync(next => Wire.TypeOf(next) == "alert" && Text(next, "rule") == "socket"))[^1];
        await site.SayAsync(one with { IsWithdrawn = true });
        await wire.UntilAsync(next => Wire.TypeOf(next) == "alert" && next.GetProperty("withdrawn").GetBoolean());

        Assert.Equal((5, 301.0), (said.GetProperty("sub").GetInt32(), said.GetProperty("value").GetDouble()));
        Assert.Contains("socket", await site.Http.GetStringAsync(site.Url("/api/alert-events?limit=500")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_follows_alerts_hears_that_rules_have_changed_and_finds_them_as_they_are()
    {
        using var wire = await Wire.OpenAsync(site.Port);
        await wire.SayAsync("""{"id":1,"op":"subscribe","subs":[{"sub":6,"stream":"alerts"}]}""");
        await wire.UntilAsync(next => Wire.TypeOf(next) == "mark");

        var made = await PostAsync("SBER", "> 301 repeat");
        var id = Text(await made.Content.ReadFromJsonAsync<JsonElement>(), "id");
        var said = (await wire.UntilAsync(next => Wire.TypeOf(next) == "alert-rules"))[^1];

        Assert.Equal(6, said.GetProperty("sub").GetInt32());
        Assert.Contains(id, await site.Http.GetStringAsync(site.Url("/api/alerts")), StringComparison.Ordinal);
        await site.Http.DeleteAsync(site.Url($"/api/alerts/{id}"));
        await wire.UntilAsync(next => Wire.TypeOf(next) == "alert-rules");
        Assert.DoesNotContain(id, await site.Http.GetStringAsync(site.Url("/api/alerts")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_was_ended_is_gone_at_once_and_for_good()
    {
        for (var round = 0; round < 20; round++)
        {
            var id = Text(await (await PostAsync("SBER", "> 302")).Content.ReadFromJsonAsync<JsonElement>(), "id");
            await site.Http.DeleteAsync(site.Url($"/api/alerts/{id}"));
            // What was written first comes back first: it must not bring the rule back.
            Assert.Equal(HttpStatusCode.NotFound, (await site.Http.GetAsync(site.Url($"/api/alerts/{id}"))).StatusCode);
        }
    }

    [Fact]
    public async Task A_code_for_the_bot_is_good_for_ten_minutes()
    {
        using var answer = await site.Http.PostAsync(site.Url("/api/telegram-code"), JsonContent.Create(new { }));
        var code = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Matches("^[A-Z2-9]{8}$", Text(code, "code"));
        Assert.InRange(
            DateTimeOffset.Parse(Text(code, "expires"), CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(5),
            TimeSpan.FromMinutes(10));
    }

    private Task<HttpResponseMessage> PostAsync(string instrument, string text) =>
        site.Http.PostAsJsonAsync(site.Url("/api/alerts"), new { instrument, text });

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
