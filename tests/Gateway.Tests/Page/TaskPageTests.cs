using System.Text.Json;
using Microsoft.Playwright;
using StockPipeline.GatewayTests.Service;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Page;

/// <summary>The screen of tasks and schedules as people use it.</summary>
[Collection(PageCollection.Name)]
public sealed class TaskPageTests(GatewaySite site)
{
    [Fact]
    public async Task Tasks_are_started_from_a_form_followed_in_every_tab_cancelled_repeated_and_scheduled()
    {
        await site.WorkAsync();
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/tasks"));
        var tab = await page.Page.Context.Browser!.NewPageAsync();
        await tab.GotoAsync(site.Url("/#/tasks").ToString());
        var form = page.Page.Locator(".newtask");

        await form.Locator("[data-value='completeness']").ClickAsync();
        await form.Locator("[data-field='from'] input").FillAsync("2026-11-20");
        await form.Locator("[data-field='to'] input").FillAsync("2026-11-21");
        await form.Locator("button[type='submit']").ClickAsync();

        await page.SeesAsync(".tasklist [data-chosen='true'][data-state='succeeded']", "completeness");
        await page.SeesAsync(".result table", "YDEX");
        await Assertions.Expect(tab.Locator(".tasklist [data-state='succeeded']").First).ToContainTextAsync("completeness");

        await form.Locator("[data-value='indicator']").ClickAsync();
        await form.Locator("[data-field='instrument'] input").FillAsync("SBER");
        await form.Locator("[data-field='indicator'] input").First.FillAsync("8");
        await form.Locator("button[type='submit']").ClickAsync();
        await page.SeesAsync(".tasklist [data-chosen='true'][data-state='succeeded']", "macd(8,26,9)");
        await page.Page.Locator(".result [data-value='chart']").ClickAsync();
        await Assertions.Expect(page.Page.Locator(".result canvas").First).ToBeVisibleAsync();
        await page.KeepPictureAsync("tasks-result");
        var promotion = page.Page.Locator(".result .foot button").Last;
        await Assertions.Expect(promotion).ToHaveTextAsync("Put on the live list");
        await promotion.ClickAsync();
        await Assertions.Expect(promotion).ToHaveTextAsync("Take off the live list", new() { Timeout = 20_000 });
        await page.SeesAsync(".toast", "Its values flow like all others");
        await promotion.ClickAsync();
        await Assertions.Expect(promotion).ToHaveTextAsync("Put on the live list", new() { Timeout = 20_000 });
        Assert.DoesNotContain("[object", await page.Page.InnerTextAsync("body"), StringComparison.Ordinal);

        await form.Locator("[data-value='backfill']").ClickAsync();
        await form.Locator("button[type='submit']").ClickAsync();
        await page.SeesAsync("[data-field='from'] [role='alert']", "is missing");
        await form.Locator("[data-field='from'] input").FillAsync("2026-11-20");
        await form.Locator("button[type='submit']").ClickAsync();
        await page.SeesAsync(".tasklist [data-state='running'] .text", "history is asked");
        await page.KeepPictureAsync("tasks");
        await page.Page.Locator(".tasklist [data-state='running'] .acts button").ClickAsync();
        await page.SeesAsync(".tasklist [data-state='cancelled'] .acts", "Retry");
        await Assertions.Expect(tab.Locator(".tasklist [data-state='cancelled']")).ToHaveCountAsync(1);

        await form.Locator("[data-value='completeness']").ClickAsync();
        await form.Locator(".repeat summary").ClickAsync();
        await form.Locator(".repeat input").First.FillAsync("evening");
        await form.Locator(".repeat input").Nth(1).FillAsync("0 19 * * 1-5");
        await form.Locator(".repeat button").ClickAsync();
        var schedule = page.Page.Locator("[data-schedule='evening']");
        await schedule.GetByText("Run now").ClickAsync();
        await page.SeesAsync(".toast", "evening started");
        await schedule.GetByRole(AriaRole.Checkbox).UncheckAsync();
        await page.SeesAsync("[data-schedule='evening'] td", "off");
        await page.KeepPictureAsync("schedules");

        Assert.DoesNotContain(page.Complaints, said => !said.Contains("422", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_overtaken_by_what_the_socket_tells_of_its_task_does_not_turn_the_task_back()
    {
        await site.WorkAsync();
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/tasks"));
        var form = page.Page.Locator(".newtask");
        await page.Page.RouteAsync("**/api/tasks", async route =>
        {
            var answer = await route.FetchAsync();
            using var task = JsonDocument.Parse(await answer.TextAsync());
            await Assertions.Expect(page.Page.Locator($"[data-id='{task.RootElement.GetProperty("id").GetString()}']"))
                .ToHaveAttributeAsync("data-state", "succeeded", new() { Timeout = (float)Eventually.Patience.TotalMilliseconds });
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer });
        });

        await form.Locator("[data-value='completeness']").ClickAsync();
        await form.Locator("[data-field='from'] input").FillAsync("2026-11-22");
        await form.Locator("[data-field='to'] input").FillAsync("2026-11-23");
        await form.Locator("button[type='submit']").ClickAsync();

        await page.SeesAsync(".tasklist [data-chosen='true'][data-state='succeeded']", "completeness");
        Assert.Empty(page.Complaints);
    }
}
