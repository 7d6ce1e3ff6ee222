using Microsoft.Playwright;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Page;

/// <summary>The gateway's page in Debian's Chromium; whatever it complains of or asks elsewhere is kept.</summary>
internal sealed class GatewayPage : IAsyncDisposable
{
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly List<string> complaints = [];

    private GatewayPage(IPlaywright playwright, IBrowser browser, IPage page)
    {
        this.playwright = playwright;
        this.browser = browser;
        Page = page;
    }

    public IPage Page { get; }

    /// <summary>Errors of the page, and requests to other hosts.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    public static async Task<GatewayPage> OpenAsync(Uri address, int width = 1440, int height = 900, string locale = "en-GB")
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = await DebianChromium.ProvideAsync(), Args = ["--no-sandbox", "--disable-gpu"],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            Locale = locale, ColorScheme = ColorScheme.Dark, ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        page.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        var opened = new GatewayPage(playwright, browser, page);
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

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
