using StockPipeline.Testing;

namespace StockPipeline.WebsocketTests.Page;

/// <summary>A test in a real browser, which is installed where it is missing; where that cannot be, the test is skipped and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(5);
    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome"];
    private static readonly Lazy<string?> Obstacle = new(Provide);

    public BrowserFactAttribute() => Skip = Obstacle.Value;

    /// <summary>The browser's program; null where there is none.</summary>
    public static string? Program { get; private set; } = Find();

    private static string? Provide()
    {
        if (Program is not null)
            return null;
        try
        {
            ChildProcess.OutputOfAsync(RepositoryFolder.PathOf("eng/debian-packages.sh"), ["chromium"], patience: InstallPatience).GetAwaiter()
                .GetResult();
        }
        catch (Exception refused) when (refused is InvalidOperationException or TimeoutException)
        {
            return $"the page was not tried in a browser: {refused.Message}";
        }
        Program = Find();
        return Program is null ? "the page was not tried in a browser: chromium is installed but not on the PATH" : null;
    }

    private static string? Find() => InstalledPrograms.Find(Programs);
}
