using System.Text.Json;
using StockPipeline.GatewayTests.Service;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Page;

/// <summary>The ledger as people use it; among the tests of interfaces, for what it starts is a task that others here see.</summary>
[Collection(GatewayCollection.Name)]
public sealed class LedgerTests(GatewaySite site)
{
    [Fact]
    public async Task The_button_in_the_record_of_a_day_has_history_asked_for_that_day()
    {
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/ledger"));
        await page.BecomesAsync<int>("document.querySelectorAll('.day').length", count => count > 0);
        var cell = (await page.Page.Locator(".day").First.GetAttributeAsync("data-cell"))!.Split('~');
        await page.Page.Locator(".day").First.ClickAsync();

        await page.Page.Locator(".sheet .fetch").ClickAsync();

        await page.SeesAsync(".toast", "Asked for");
        await page.SeesAsync(".toast", cell[0]);
        var task = await Eventually.SeeAsync<JsonElement?>(() => TaskAsync(cell[1]), found => found is not null, promise: "a backfill of the day");
        Assert.Equal(cell[0], TickerOf(task!.Value.GetProperty("params").GetProperty("instrument").GetString()!));
        await page.KeepPictureAsync("ledger");
        using var cancelled = await site.Http.DeleteAsync(site.Url($"/api/tasks/{task.Value.GetProperty("id").GetString()}"));
        Assert.Empty(page.Complaints);
    }

    private static string TickerOf(string figi) => figi == GatewaySite.Sber.Value ? "SBER" : figi == GatewaySite.Yandex.Value ? "YDEX" : "GAZP";

    private async Task<JsonElement?> TaskAsync(string day)
    {
        using var list = JsonDocument.Parse(await site.Http.GetStringAsync(site.Url("/api/tasks")));
        foreach (var task in list.RootElement.GetProperty("tasks").EnumerateArray())
        {
            if (task.GetProperty("type").GetString() == "backfill"
                && task.GetProperty("params").GetProperty("from").GetDateTimeOffset() == DateTimeOffset.Parse($"{day}T00:00:00Z", null))
            {
                return task.Clone();
            }
        }
        return null;
    }
}
