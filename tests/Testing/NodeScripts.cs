namespace StockPipeline.Testing;

/// <summary>
/// Scripts for Node.js, by which tests ask other people's implementations. A folder of scripts has a package.json and a package-lock.json; its
/// packages are installed at the first use, and Node.js itself where a Debian machine lacks it.
/// </summary>
public static class NodeScripts
{
    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(5);
    private static readonly SemaphoreSlim Gate = new(1);

    /// <summary>Runs a script to its end and gives its standard output; throws where it fails.</summary>
    /// <param name="folder">From the root of the repository.</param>
    /// <param name="script">The file in that folder.</param>
    /// <param name="arguments">For the script.</param>
    /// <param name="input">Its standard input.</param>
    public static async Task<string> RunAsync(string folder, string script, IEnumerable<string> arguments, string? input = null)
    {
        await ProvideAsync(folder);
        return await ChildProcess.OutputOfAsync("node", [script, .. arguments], RepositoryFolder.PathOf(folder), input);
    }

    /// <summary>Makes a folder's scripts ready to run, for tests that start one and let it run.</summary>
    public static async Task ProvideAsync(string folder)
    {
        var path = RepositoryFolder.PathOf(folder);
        await Gate.WaitAsync();
        try
        {
            if (InstalledPrograms.Find("node") is null || InstalledPrograms.Find("npm") is null)
                await ChildProcess.OutputOfAsync(RepositoryFolder.PathOf("eng/debian-packages.sh"), ["nodejs", "npm"], patience: InstallPatience);
            if (!IsInstalled(path))
            {
                string[] install = ["ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
                await ChildProcess.OutputOfAsync("npm", install, path, patience: InstallPatience);
            }
        }
        finally
        {
            Gate.Release();
        }
    }

    // npm leaves this file when it is done; an older one than the lock file belongs to other versions.
    private static bool IsInstalled(string folder)
    {
        var done = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
        return done.Exists && done.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json"));
    }
}
