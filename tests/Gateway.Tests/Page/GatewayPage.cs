using Microsoft.Playwright;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Page;

/// <summary>The gateway's page in Debian's Chromium; whatever it complains of or asks elsewhere is kept.</summary>
internal sealed class GatewayPage : IAsyncDisposable
{
    private readonly IBrowserContext profile;
    private readonly List<string> complaints = [];

    private GatewayPage(IBrowserContext profile, IPage page)
    {
        this.profile = profile;
        Page = page;
    }

    public IPage Page { get; }

    /// <summary>Errors of the page, and requests to other hosts.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    public static async Task<GatewayPage> OpenAsync(
        SharedBrowser browser, Uri address, int width = 1440, int height = 900, string locale = "en-GB", bool isLight = false)
    {
        var profile = await (await browser.GetAsync()).NewContextAsync(new BrowserNewContextOptions
        {
            Locale = locale, ColorScheme = isLight ? ColorScheme.Light : ColorScheme.Dark,
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        var page = await profile.NewPageAsync();
        page.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        var opened = new GatewayPage(profile, page);
        var host = address.GetLeftPart(UriPartial.Authority);
        page.PageError += (_, error) => opened.complaints.Add(error);
        page.Console += (_, said) =>
        {
            if (said.Type == "error")
                opened.complaints.Add(said.Text);
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(host, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
            {
                opened.complaints.Add($"asks {request.Url}");
            }
        };
        await page.GotoAsync(address.ToString());
        return opened;
    }

    /// <summary>Waits until an element says so.</summary>
    public Task SeesAsync(string selector, string text) => Eventually.SeeAsync(
        async () => await Page.Locator(selector).AllInnerTextsAsync(), texts => texts.Any(said => said.Contains(text, StringComparison.Ordinal)),
        promise: $"{selector} says {text}");

    /// <summary>Waits until an expression of the page has a value.</summary>
    public Task<T> BecomesAsync<T>(string expression, Func<T, bool> isRight) => Eventually.SeeAsync(
        () => Page.EvaluateAsync<T>(expression), isRight, promise: expression);

    /// <summary>Keeps a picture beside the results of the tests.</summary>
    public Task KeepPictureAsync(string name) => Page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(AppContext.BaseDirectory, "pictures", $"{name}.png"),
    });

    public ValueTask DisposeAsync() => profile.DisposeAsync();
}
