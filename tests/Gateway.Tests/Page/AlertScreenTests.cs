using System.Net.Http.Json;
using Microsoft.Playwright;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Time;
using StockPipeline.GatewayTests.Service;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Page;

/// <summary>The screen of alerts as people use it.</summary>
[Collection(PageCollection.Name)]
public sealed class AlertScreenTests(GatewaySite site)
{
    [Fact]
    public async Task A_rule_is_added_seen_and_deleted_and_what_is_not_understood_is_said()
    {
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/alerts"));
        await page.Page.FillAsync("input[name=instrument]", "gazp");
        await page.Page.FillAsync("input[name=text]", "> 123.5 repeat");
        await page.Page.Locator(".alert-form button").ClickAsync();
        await page.SeesAsync(".alert-rules", "GAZP, 1-min: price > 123.5");
        await page.KeepPictureAsync("alerts");

        await page.Page.Locator(".alert-rules li", new PageLocatorOptions { HasText = "GAZP" }).Locator("button").ClickAsync();
        await Eventually.SeeAsync(
            () => page.Page.Locator(".alert-rules").InnerTextAsync(), text => !text.Contains("GAZP", StringComparison.Ordinal));

        await page.Page.Locator("#tools button").ClickAsync();
        await page.SeesAsync("#toasts", "/start ");
        Assert.Empty(page.Complaints);
        await page.Page.FillAsync("input[name=text]", "about 3");
        await page.Page.Locator(".alert-form button").ClickAsync();
        await page.SeesAsync("#toasts", "'about' is not understood");
    }

    [Fact]
    public async Task What_happens_elsewhere_comes_by_itself_and_what_is_withdrawn_says_so()
    {
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/alerts"));
        await page.Page.WaitForSelectorAsync(".alert-events li");

        // Somebody else asks for it: another tab, or a program.
        await site.Http.PostAsJsonAsync(site.Url("/api/alerts"), new { instrument = "YDEX", text = "> 4321 repeat" });
        await page.SeesAsync(".alert-rules", "YDEX, 1-min: price > 4321");
        var one = new AlertEvent
        {
            Owner = "everybody", RuleId = "screen", OpenTime = GatewaySite.Open, Value = 4322, Threshold = 4321,
            SaidAt = GatewaySite.Open.AddMinutes(1),
            Condition = new AlertCondition
            {
                Figi = GatewaySite.Sber, Name = "YDEX", Interval = Interval.OneMinute, Kind = AlertKind.Above, Level = 4321,
            },
        };
        await site.SayAsync(one);
        await page.SeesAsync(".alert-events [data-withdrawn=false]", "4322");
        await site.SayAsync(one with { IsWithdrawn = true });
        await page.SeesAsync(".alert-events [data-withdrawn=true]", "YDEX, 1-min: price > 4321");

        Assert.Empty(page.Complaints);
    }
}
