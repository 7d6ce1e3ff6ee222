namespace StockPipeline.Testing;

/// <summary>A real browser for tests of pages; Debian's is installed where there is none.</summary>
public static class DebianChromium
{
    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(5);
    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>The path of the browser's program, for Playwright's <c>ExecutablePath</c>; fails where none can be had.</summary>
    public static async Task<string> ProvideAsync()
    {
        if (InstalledPrograms.Find(Programs) is { } there)
            return there;
        await ChildProcess.OutputOfAsync(RepositoryFolder.PathOf("eng/debian-packages.sh"), ["chromium"], patience: InstallPatience);
        return InstalledPrograms.Find(Programs) ?? throw new InvalidOperationException("Chromium is installed, but not on the path.");
    }
}
