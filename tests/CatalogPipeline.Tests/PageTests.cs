using Microsoft.Playwright;
using StockPipeline.Testing;

namespace StockPipeline.CatalogPipelineTests;

/// <summary>The page in Debian's Chromium, on the catalog of the site.</summary>
[Collection(CatalogCollection.Name)]
public sealed class PageTests(CatalogSite site) : IAsyncLifetime
{
    private readonly List<string> errors = [];
    private IPlaywright playwright = null!;
    private IBrowser browser = null!;
    private IPage page = null!;

    public async Task InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = await DebianChromium.ProvideAsync(), Args = ["--no-sandbox", "--disable-gpu"],
        });
        page = await browser.NewPageAsync(new BrowserNewPageOptions { Locale = "en-GB",
            ViewportSize = new ViewportSize { Width = 1500, Height = 1000 } });
        page.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, said) =>
        {
            if (said.Type == "error")
                errors.Add(said.Text);
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(site.Url.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                errors.Add($"asks {request.Url}");
        };
        await page.GotoAsync(site.Url.ToString());
        await page.Locator("#products li").First.WaitForAsync();
    }

    public async Task DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    [Fact]
    public async Task Products_are_found_as_one_types_and_filters_narrow_them()
    {
        await page.Locator("#search").PressSequentiallyAsync("rtx 2080 ti");
        await SeeAsync("#status", "found: 5");
        Assert.Equal(5, await page.Locator("#products li").CountAsync());

        await page.Locator("#brands input[value=MSI]").CheckAsync();
        await SeeAsync("#status", "found: 1");

        await page.Locator("#search").FillAsync("no such card");
        await SeeAsync("#status", "nothing found");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task The_page_speaks_two_languages()
    {
        await SeeAsync("h1", "Video cards");
        await page.Locator("#language").ClickAsync();
        await SeeAsync("h1", "Видеокарты");
        await SeeAsync("#status", "найдено");

        await page.ReloadAsync();

        await SeeAsync("h1", "Видеокарты");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_product_shows_where_each_value_comes_from_and_what_it_cost()
    {
        await page.Locator("#products li[data-key=msi-geforce-rtx-2060] a").ClickAsync();

        await SeeAsync("#details #name", "GeForce RTX 2060");
        await SeeAsync("#values tr[data-attribute=memory_gb]", "net-video");
        await SeeAsync("#values tr[data-attribute=length_mm]", "country-link");
        await SeeAsync("#offers", "net-video");
        await Eventually.SeeAsync(PaintedAsync, points => points > 50);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Up_to_four_cards_are_compared_side_by_side()
    {
        for (var card = 0; card < 5; card++)
            await page.Locator("#products li input").Nth(card).ClickAsync();

        await SeeAsync("#status", "up to four");
        Assert.False(await page.Locator("#products li input").Nth(4).IsCheckedAsync());
        await page.Locator("#compare").ClickAsync();
        await page.Locator("#comparison table").WaitForAsync();
        Assert.Equal(5, await page.Locator("#comparison thead th").CountAsync());
        Assert.NotEqual(0, await page.Locator("#comparison tr.differs").CountAsync());
        await page.Locator("#close").ClickAsync();
        await page.Locator("#comparison").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Hidden });
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1440)]
    public async Task Every_screen_fits_a_phone_and_a_desk_in_both_languages(int width)
    {
        await page.SetViewportSizeAsync(width, 900);
        foreach (var title in new[] { "Video cards", "Видеокарты" })
        {
            if (await page.Locator("h1").TextContentAsync() != title)
                await page.Locator("#language").ClickAsync();
            await SeeAsync("h1", title);
            await RequireFitAsync("the list");
            await page.Locator("#products li[data-key=msi-geforce-rtx-2060] a").ClickAsync();
            await Eventually.SeeAsync(PaintedAsync, points => points > 50);
            await RequireFitAsync("a product");
            for (var card = 0; card < 4; card++)
                await page.Locator("#products li input").Nth(card).CheckAsync();
            await RequireFitAsync("the tray");
            await page.Locator("#compare").ClickAsync();
            await page.Locator("#comparison table").WaitForAsync();
            await RequireFitAsync("the comparison");
            await page.Locator("#close").ClickAsync();
            await page.Locator("#comparison").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Hidden });
            for (var card = 0; card < 4; card++)
                await page.Locator("#products li input").Nth(card).UncheckAsync();
        }
        Assert.Empty(errors);
    }

    /// <summary>Nothing has to be pushed sideways to be seen; tables and dialogs may have a bar of their own.</summary>
    private async Task RequireFitAsync(string screen)
    {
        var (wide, room) = (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), page.ViewportSize!.Width);
        Assert.True(wide <= room, $"{screen} is {wide} wide, more than {room}");
    }

    /// <summary>Points of the chart that are painted.</summary>
    private Task<int> PaintedAsync() => page.EvaluateAsync<int>(
        "() => { const canvas = document.getElementById('chart'); if (!canvas || !canvas.width) return 0; "
        + "const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data; "
        + "let painted = 0; for (let at = 3; at < data.length; at += 4) if (data[at] > 0) painted++; return painted; }");

    private Task<string> SeeAsync(string selector, string text) => Eventually.SeeAsync(
        async () => await page.Locator(selector).First.TextContentAsync() ?? "", seen => seen.Contains(text, StringComparison.Ordinal),
        promise: $"{selector} says {text}");
}
