using StockPipeline.GatewayTests.Service;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Page;

/// <summary>Every screen looked at by axe, in both languages and both themes.</summary>
[Collection(PageCollection.Name)]
public sealed class AccessibilityTests(GatewaySite site)
{
    private const string Scripts = "tests/Gateway.Tests/Page/Axe";

    /// <summary>Each breach with the first elements it was found in.</summary>
    private const string Look = """
        axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(one =>
          `${location.hash} ${one.id} (${one.impact}): ` + one.nodes.slice(0, 3)
            .map(node => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).join(' | ')))
        """;

    [Theory]
    [InlineData("en-GB", false)]
    [InlineData("ru-RU", true)]
    public async Task No_screen_has_a_barrier_that_axe_knows(string locale, bool isLight)
    {
        await NodeScripts.ProvideAsync(Scripts);
        var axe = await File.ReadAllTextAsync(RepositoryFolder.PathOf($"{Scripts}/node_modules/axe-core/axe.min.js"));
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/board?cols=rsi.rsi"), locale: locale, isLight: isLight);
        await page.BecomesAsync<int>("document.querySelectorAll('.line').length", count => count >= 2);
        await page.Page.EvaluateAsync(axe);
        var found = new List<string>();

        found.AddRange(await page.Page.EvaluateAsync<string[]>(Look));
        await page.Page.Locator("#tools .menu summary").First.ClickAsync();
        found.AddRange(await page.Page.EvaluateAsync<string[]>(Look));
        foreach (var screen in await page.Page.Locator("#rail a").EvaluateAllAsync<string[]>("all => all.map(one => one.dataset.screen)"))
        {
            await page.Page.Locator($"#rail a[data-screen={screen}]").ClickAsync();
            await page.BecomesAsync<string>("stockpipeline.app.route.name", name => name == screen);
            await page.BecomesAsync<bool>("document.getElementById('screen').innerText.length > 0", isThere => isThere);
            if (screen == "ledger")
                await page.BecomesAsync<int>("document.querySelectorAll('.day').length", count => count > 0);
            found.AddRange(await page.Page.EvaluateAsync<string[]>(Look));
        }
        await page.Page.Locator("#rail a[data-screen=ledger]").ClickAsync();
        await page.Page.Locator(".day").First.ClickAsync();
        await page.BecomesAsync<int>("document.querySelectorAll('.holes li').length", count => count > 0);
        found.AddRange(await page.Page.EvaluateAsync<string[]>(Look));

        Assert.True(found.Count == 0, string.Join('\n', found.Distinct()));
        Assert.Empty(page.Complaints);
    }
}
