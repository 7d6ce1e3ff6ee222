namespace StockPipeline.Testing;

/// <summary>Prometheus and its promtool, which says what is wrong with its files; Debian's are installed where there are none.</summary>
public static class DebianPrometheus
{
    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(5);

    /// <summary>The path of the server's program; promtool is then on the PATH as well.</summary>
    public static async Task<string> ProvideAsync()
    {
        if (Find() is { } there)
            return there;
        await ChildProcess.OutputOfAsync(RepositoryFolder.PathOf("eng/debian-packages.sh"), ["prometheus"], patience: InstallPatience);
        return Find() ?? throw new InvalidOperationException("Prometheus is installed, but not on the path.");
    }

    private static string? Find() => InstalledPrograms.Find("promtool") is null ? null : InstalledPrograms.Find("prometheus");
}
