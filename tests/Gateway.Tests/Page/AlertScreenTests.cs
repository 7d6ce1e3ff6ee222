using Microsoft.Playwright;
using StockPipeline.GatewayTests.Service;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Page;

/// <summary>The screen of alerts as people use it.</summary>
[Collection(GatewayCollection.Name)]
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
}
